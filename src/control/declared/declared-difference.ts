import type { MikroORM } from '@mikro-orm/sql';
import type { GovernanceSettings } from '../../config/file/governance/governance-settings.types.js';
import type { DatabaseEngine } from '../../config/database-url.js';
import type { KeyHasher } from '../tenancy/key-hasher.js';
import { enterRows } from '../../persistence/row-level-security.js';
import { SNAPSHOT } from '../tenancy/tenancy.js';
import { EVERYBODY, TENANT_FILTER } from '../tenancy/tenant-columns.js';
import { compare, soundItems } from './declarations.js';
import { changesOf, type EntityChange, planOf } from './difference.js';

/**
 * What applying a section would do, without doing it.
 * @param orm null for a database that is not there yet
 * @throws DeclarationError as applying it would
 */
export async function declaredDifference(
  orm: MikroORM | null,
  engine: DatabaseEngine,
  governance: GovernanceSettings,
  hasher: KeyHasher,
): Promise<EntityChange[]> {
  const wanted = await soundItems(governance, hasher);
  if (!orm) return changesOf(planOf([], wanted));
  const options = engine === 'postgresql' ? ({ isolationLevel: SNAPSHOT, readOnly: true } as const) : {};
  return orm.em.fork().transactional(async (em) => {
    if (engine === 'postgresql') await enterRows(em, 'all');
    em.setFilterParams(TENANT_FILTER, { organizationId: EVERYBODY });
    return changesOf((await compare(em, wanted, hasher)).plan);
  }, options);
}
