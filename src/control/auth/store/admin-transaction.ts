import type { EntityManager } from '@mikro-orm/sql';
import type { AdminToken, Role, RoleChanges, SetupSecret, TokenChanges } from './admin-records.types.js';
import { noteChange, type NotedChange } from '../../../persistence/noted-changes.js';
import { AdminStateRow } from './admin-state.entity.js';
import type { AdminTransaction } from './admin-store.port.js';
import { AdminTokenRow } from './admin-token.entity.js';
import type { KnownOrganizations } from '../known-organizations.port.js';
import { STATE } from './admin-version.js';
import { OWNER } from '../roles/system-roles.js';
import { isId, roleOf, tokenOf, writtenPermissions } from './row-mapping.js';
import { RoleRow } from './role.entity.js';

/** In the audit log. */
const TOKEN = 'admin_token';
const ROLE = 'role';

/** One change, inside its database transaction. */
export class OrmAdminTransaction implements AdminTransaction {
  constructor(
    private readonly em: EntityManager,
    private readonly organizations: KnownOrganizations,
  ) {}

  hasOrganization(id: string): Promise<boolean> {
    return this.organizations.has(id, this.em);
  }

  async token(id: string): Promise<AdminToken | undefined> {
    const row = isId(id) ? await this.em.findOne(AdminTokenRow, { id }, PLAIN) : null;
    return row ? tokenOf(row) : undefined;
  }

  async role(id: string): Promise<Role | undefined> {
    const row = isId(id) ? await this.em.findOne(RoleRow, { id }, PLAIN) : null;
    return row ? roleOf(row) : undefined;
  }

  async rolesNamed(name: string, organizationId: string | null): Promise<Role[]> {
    return (await this.em.find(RoleRow, { name, organizationId }, PLAIN)).map(roleOf);
  }

  countTokensOf(roleId: string): Promise<number> {
    return this.em.count(AdminTokenRow, { roleId, revokedAt: null });
  }

  countOwners(): Promise<number> {
    return this.em.count(AdminTokenRow, {
      roleId: OWNER,
      organizationId: null,
      permissions: null,
      expiresAt: null,
      revokedAt: null,
    });
  }

  async insertToken(token: AdminToken): Promise<void> {
    await this.em.insert(AdminTokenRow, { ...token, permissions: writtenPermissions(token.permissions) });
    this.note('create', TOKEN, token);
  }

  async updateToken(id: string, { permissions, ...changes }: TokenChanges): Promise<void> {
    const written = permissions === undefined ? {} : { permissions: writtenPermissions(permissions) };
    await this.em.nativeUpdate(AdminTokenRow, { id }, { ...changes, ...written });
    this.note('update', TOKEN, await this.token(id));
  }

  async insertRole({ createdBy, createdAt, updatedAt, ...role }: Role): Promise<void> {
    if (createdBy === null || createdAt === null || updatedAt === null) {
      throw new Error(`The role ${role.id} is the system's own: it is in no table.`);
    }
    const permissions = JSON.stringify(role.permissions);
    await this.em.insert(RoleRow, { ...role, permissions, createdBy, createdAt, updatedAt });
    this.note('create', ROLE, role);
  }

  async updateRole(id: string, { permissions, updatedAt, ...changes }: RoleChanges): Promise<void> {
    await this.em.nativeUpdate(
      RoleRow,
      { id },
      {
        ...changes,
        ...(permissions !== undefined && { permissions: JSON.stringify(permissions) }),
        ...(updatedAt && { updatedAt }),
      },
    );
    this.note('update', ROLE, await this.role(id));
  }

  async deleteRole(id: string): Promise<void> {
    this.note('delete', ROLE, await this.role(id));
    await this.em.nativeDelete(RoleRow, { id });
  }

  async setupSecret(): Promise<SetupSecret | undefined> {
    const row = await this.em.findOne(AdminStateRow, STATE, PLAIN);
    const { setupDigest, setupMadeAt } = row ?? {};
    return setupDigest && setupMadeAt ? { digest: setupDigest, madeAt: setupMadeAt } : undefined;
  }

  async keepSetupSecret({ digest, madeAt }: SetupSecret): Promise<void> {
    await this.em.nativeUpdate(AdminStateRow, STATE, { setupDigest: digest, setupMadeAt: madeAt });
  }

  private note(
    verb: NotedChange['verb'],
    kind: string,
    row: Pick<AdminToken | Role, 'id' | 'organizationId'> | undefined,
  ): void {
    if (row) noteChange(this.em, { verb, kind, id: row.id, organizationId: row.organizationId });
  }
}

/** Rows are only read, so nothing is compared or kept. */
const PLAIN = { disableIdentityMap: true } as const;
