import type { Declared } from './declared-entities.types.js';
import { writeTerms } from './key-terms.js';
import { CUSTOMER, type Kind, ORGANIZATION, PROJECT, TEAM, USER, VIRTUAL_KEY } from './kinds.js';
import type { LevelRow } from './levels.js';
import type { TenantRow } from './tenant-columns.js';

type Upsert = <T extends LevelRow>(
  kind: Kind<T>,
  columns: Omit<T, keyof TenantRow>,
  whole: (row: TenantRow) => T,
) => Promise<T>;

/** The columns of what the file declares, handed to whoever stores them. */
export async function declaredColumns(declared: Declared, upsert: Upsert): Promise<LevelRow> {
  const { name } = declared;
  switch (declared.kind) {
    case 'organization':
      return upsert(ORGANIZATION, { name }, (row) => ({ ...row, name }));
    case 'customer': {
      const columns = { name, externalId: null };
      return upsert(CUSTOMER, columns, (row) => ({ ...row, ...columns }));
    }
    case 'team': {
      const columns = { name, externalId: null, customerId: declared.customerId ?? null };
      return upsert(TEAM, columns, (row) => ({ ...row, ...columns }));
    }
    case 'project': {
      const { teamId = null, customerId = null } = declared;
      const columns = { name, externalId: null, teamId, customerId };
      return upsert(PROJECT, columns, (row) => ({ ...row, ...columns }));
    }
    case 'user': {
      const columns = { name, externalId: null, email: declared.email.toLowerCase() };
      return upsert(USER, columns, (row) => ({ ...row, ...columns }));
    }
    default: {
      const columns = keyColumns(declared);
      return upsert(VIRTUAL_KEY, columns, (row) => ({ ...row, ...columns }));
    }
  }
}

function keyColumns(declared: Extract<Declared, { kind: 'virtual_key' }>) {
  const { customerId = null, teamId = null, projectId = null, userId = null, expires_at: expires } = declared;
  return {
    name: declared.name,
    description: null,
    customerId,
    teamId,
    projectId,
    userId,
    status: declared.disabled === true ? 'disabled' : 'active',
    expiresAt: typeof expires === 'string' ? new Date(expires) : null,
    revokedAt: null,
    terms: writeTerms(declared),
  };
}
