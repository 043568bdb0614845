import { Injectable, Logger } from '@nestjs/common';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { randomBase58 } from '../../../common/random/base58.js';
import { Clock } from '../../../common/time/clock.port.js';
import type { AdminPrincipal } from '../admin.port.js';
import { type Authority, checkGrant } from '../authority/authority.js';
import { currentAuthority } from '../authority/current-authority.js';
import { inOrder } from '../authority/permissions.js';
import { AdminDirectory } from '../directory/admin-directory.js';
import { unknownCursor } from '../../../common/http/query.js';
import type { PageQuery, Role, RoleChanges } from '../store/admin-records.types.js';
import { AdminStore, type AdminTransaction } from '../store/admin-store.port.js';
import { checkOrganization, isVisibleTo, scopeOf } from '../tenant-scope.js';
import type { CreateRoleDto, UpdateRoleDto } from './dto/role-input.dto.js';
import { type DeletedRoleDto, presentRole, type RoleDto, type RoleListDto } from './dto/role.dto.js';
import { SYSTEM_ROLES, systemRole } from './system-roles.js';

const ID_LENGTH = 24;

/** Custom roles. */
@Injectable()
export class RolesService {
  private readonly logger = new Logger('Admin');

  constructor(
    private readonly store: AdminStore,
    private readonly directory: AdminDirectory,
    private readonly clock: Clock,
  ) {}

  async list(admin: AdminPrincipal, { limit, after }: PageQuery): Promise<RoleListDto> {
    const all = [...SYSTEM_ROLES, ...(await this.store.roles(scopeOf(admin)))];
    const begin = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
    if (after !== undefined && begin === 0) throw unknownCursor();
    const data = all.slice(begin, begin + limit).map(presentRole);
    return {
      object: 'list',
      data,
      has_more: begin + limit < all.length,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    };
  }

  async retrieve(admin: AdminPrincipal, id: string): Promise<RoleDto> {
    const role = systemRole(id) ?? (await this.store.roles(scopeOf(admin))).find((one) => one.id === id);
    if (!role) throw unknownRole();
    return presentRole(role);
  }

  async create(admin: AdminPrincipal, input: CreateRoleDto): Promise<RoleDto> {
    const organizationId = input.organization_id === undefined ? admin.organizationId : input.organization_id;
    const now = new Date(this.clock.wallTime());
    const role = await this.store.change(scopeOf(admin), async (records) => {
      const authority = await currentAuthority(records, admin, 'roles:create', now);
      await checkOrganization(records, authority, organizationId);
      const permissions = inOrder(input.permissions);
      checkGrant(authority, { organizationId, permissions }, 'permissions');
      await checkName(records, input.name, organizationId);
      const made = {
        id: `role_${randomBase58(ID_LENGTH)}`,
        organizationId,
        name: input.name,
        description: input.description ?? null,
        permissions,
        createdBy: authority.tokenId,
        createdAt: now,
        updatedAt: now,
      };
      await records.insertRole(made);
      return made;
    });
    await this.tell(admin, 'created', role);
    return presentRole(role);
  }

  async update(admin: AdminPrincipal, id: string, input: UpdateRoleDto): Promise<RoleDto> {
    const now = new Date(this.clock.wallTime());
    const role = await this.store.change(scopeOf(admin), async (records) => {
      const authority = await currentAuthority(records, admin, 'roles:update', now);
      const before = await changeable(records, authority, id);
      const changes: RoleChanges = {
        updatedAt: now,
        ...(input.name != null && { name: input.name }),
        ...(input.description !== undefined && { description: input.description }),
        ...(input.permissions != null && { permissions: inOrder(input.permissions) }),
      };
      const after = { ...before, ...changes };
      checkGrant(authority, after, 'permissions');
      if (after.name !== before.name) await checkName(records, after.name, after.organizationId);
      await records.updateRole(id, changes);
      return after;
    });
    await this.tell(admin, 'updated', role);
    return presentRole(role);
  }

  async remove(admin: AdminPrincipal, id: string): Promise<DeletedRoleDto> {
    const now = new Date(this.clock.wallTime());
    const role = await this.store.change(scopeOf(admin), async (records) => {
      const authority = await currentAuthority(records, admin, 'roles:delete', now);
      const before = await changeable(records, authority, id);
      const tokens = await records.countTokensOf(id);
      if (tokens > 0) {
        throw new GatewayError(
          'conflict',
          `The role is in use: ${tokens} admin tokens have it. Change or revoke them first.`,
        );
      }
      await records.deleteRole(id);
      return before;
    });
    await this.tell(admin, 'deleted', role);
    return { id, object: 'role', deleted: true };
  }

  private async tell(admin: AdminPrincipal, what: string, role: Role): Promise<void> {
    const { id, name, organizationId, permissions } = role;
    this.logger.log({ admin: admin.id, role: id, name, organization: organizationId, permissions }, `role ${what}`);
    await this.directory.changed();
  }
}

/** A custom role that the administrator sees, lies in his scope, and permits nothing that he may not. */
async function changeable(records: AdminTransaction, authority: Authority, id: string): Promise<Role> {
  if (systemRole(id)) {
    throw new GatewayError('permission_denied', `The role '${id}' is the system's own: nobody can change it.`);
  }
  const role = await records.role(id);
  if (!role || !isVisibleTo(authority, role)) throw unknownRole();
  if (role.managedBy === 'file') {
    throw new GatewayError(
      'conflict',
      `The role '${role.name}' is declared in asbru.yaml: change it there. The API only reads it.`,
    );
  }
  checkGrant(authority, role, null);
  return role;
}

async function checkName(records: AdminTransaction, name: string, organizationId: string | null): Promise<void> {
  const taken = systemRole(name) !== undefined || (await records.rolesNamed(name, organizationId)).length > 0;
  if (taken) throw new GatewayError('conflict', 'Another role has this name.', { param: 'name' });
}

const unknownRole = (): GatewayError => new GatewayError('not_found', 'There is no role with this id.');
