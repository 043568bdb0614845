import { Injectable, Logger } from '@nestjs/common';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { randomBase58 } from '../../../common/random/base58.js';
import { Clock } from '../../../common/time/clock.port.js';
import { KeyHasher } from '../../secrets/key-hasher.port.js';
import type { AdminPrincipal } from '../admin.port.js';
import { currentAuthority } from '../authority/current-authority.js';
import { inOrder } from '../authority/permissions.js';
import { AdminDirectory } from '../directory/admin-directory.js';
import { unknownCursor } from '../../../common/http/query.js';
import type { AdminToken, PageQuery, TokenChanges } from '../store/admin-records.types.js';
import { AdminStore } from '../store/admin-store.port.js';
import { checkOrganization, scopeOf } from '../tenant-scope.js';
import { newAdminToken } from './admin-token-format.js';
import type { CreateAdminTokenDto, UpdateAdminTokenDto } from './dto/admin-token-input.dto.js';
import {
  type AdminTokenDto,
  type AdminTokenListDto,
  type NewAdminTokenDto,
  presentNewToken,
  presentToken,
} from './dto/admin-token.dto.js';
import { changeableToken, checkMeaning, checkOwnerRemains, unknownToken } from './token-rules.js';

const ID_LENGTH = 24;

/** Administrators' tokens: made, narrowed, widened and revoked by those who hold at least as much. */
@Injectable()
export class AdminTokensService {
  private readonly logger = new Logger('Admin');

  constructor(
    private readonly store: AdminStore,
    private readonly directory: AdminDirectory,
    private readonly hasher: KeyHasher,
    private readonly clock: Clock,
  ) {}

  async list(admin: AdminPrincipal, page: PageQuery): Promise<AdminTokenListDto> {
    const found = await this.store.tokens(scopeOf(admin), page);
    if (!found) throw unknownCursor();
    const data = found.data.map((token) => presentToken(token, this.now));
    return {
      object: 'list',
      data,
      has_more: found.hasMore,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    };
  }

  async retrieve(admin: AdminPrincipal, id: string): Promise<AdminTokenDto> {
    const token = await this.store.token(scopeOf(admin), id);
    if (!token) throw unknownToken();
    return presentToken(token, this.now);
  }

  async create(admin: AdminPrincipal, input: CreateAdminTokenDto): Promise<NewAdminTokenDto> {
    const { now } = this;
    const organizationId = input.organization_id === undefined ? admin.organizationId : input.organization_id;
    const { token, prefix } = newAdminToken();
    const row: AdminToken = {
      id: `adm_${randomBase58(ID_LENGTH)}`,
      organizationId,
      name: input.name,
      prefix,
      ...this.hasher.hash(token),
      roleId: input.role_id ?? null,
      permissions: input.permissions ? inOrder(input.permissions) : null,
      expiresAt: readEnd(input.expires_at, now),
      lastUsedAt: null,
      createdBy: admin.id,
      createdAt: now,
      updatedAt: now,
      revokedAt: null,
      revokedBy: null,
    };
    await this.store.change(scopeOf(admin), async (records) => {
      const authority = await currentAuthority(records, admin, 'admin_tokens:create', now);
      await checkOrganization(records, authority, organizationId);
      await checkMeaning(records, authority, row);
      await records.insertToken(row);
    });
    await this.tell(admin, 'created', row);
    return presentNewToken(row, token, now);
  }

  async update(admin: AdminPrincipal, id: string, input: UpdateAdminTokenDto): Promise<AdminTokenDto> {
    const { now } = this;
    const changes = { updatedAt: now, ...changesOf(input, now) };
    const token = await this.store.change(scopeOf(admin), async (records) => {
      const authority = await currentAuthority(records, admin, 'admin_tokens:update', now);
      const before = await changeableToken(records, authority, id);
      if (before.revokedAt !== null)
        throw new GatewayError('conflict', 'The admin token is revoked, which is for ever.');
      const after = { ...before, ...changes };
      if (changesMeaning(input)) {
        if (id === admin.id) throw onlyName();
        await checkMeaning(records, authority, after);
      }
      await records.updateToken(id, changes);
      await checkOwnerRemains(records, authority);
      return after;
    });
    await this.tell(admin, 'updated', token);
    return presentToken(token, now);
  }

  async revoke(admin: AdminPrincipal, id: string): Promise<AdminTokenDto> {
    const { now } = this;
    const token = await this.store.change(scopeOf(admin), async (records) => {
      const authority = await currentAuthority(records, admin, 'admin_tokens:delete', now);
      const before = await changeableToken(records, authority, id);
      if (before.revokedAt !== null) return before;
      const changes = { revokedAt: now, revokedBy: admin.id, updatedAt: now };
      await records.updateToken(id, changes);
      await checkOwnerRemains(records, authority);
      return { ...before, ...changes };
    });
    await this.tell(admin, 'revoked', token);
    return presentToken(token, now);
  }

  private get now(): Date {
    return new Date(this.clock.wallTime());
  }

  private async tell(admin: AdminPrincipal, what: string, token: AdminToken): Promise<void> {
    const { id, prefix, organizationId, roleId, permissions, expiresAt } = token;
    this.logger.log(
      { admin: admin.id, admin_token: id, prefix, organization: organizationId, role: roleId, permissions, expiresAt },
      `admin token ${what}`,
    );
    await this.directory.changed();
  }
}

function changesMeaning({ role_id, permissions, expires_at }: UpdateAdminTokenDto): boolean {
  return role_id !== undefined || permissions !== undefined || expires_at !== undefined;
}

function changesOf({ name, role_id, permissions, expires_at }: UpdateAdminTokenDto, now: Date): TokenChanges {
  return {
    ...(name != null && { name }),
    ...(role_id !== undefined && { roleId: role_id }),
    ...(permissions !== undefined && { permissions: permissions && inOrder(permissions) }),
    ...(expires_at !== undefined && { expiresAt: readEnd(expires_at, now) }),
  };
}

function readEnd(text: string | null | undefined, now: Date): Date | null {
  if (text == null) return null;
  const end = new Date(text);
  if (end > now) return end;
  throw new GatewayError('invalid_value', "Invalid 'expires_at': the time is over. To end a token now, delete it.", {
    param: 'expires_at',
  });
}

const onlyName = (): GatewayError =>
  new GatewayError('permission_denied', 'Of your own token you can change the name only. Ask another administrator.');
