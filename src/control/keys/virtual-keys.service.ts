import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { assertOwnedByApi, demand, organizationFor, scopeOf } from '../tenancy/admin-scope.js';
import { KeyHasher } from '../tenancy/key-hasher.js';
import { readTerms, writeTerms } from '../tenancy/key-terms.js';
import { VIRTUAL_KEY } from '../tenancy/kinds.js';
import type { TermsAnswer } from '../tenancy/level-terms.js';
import { LevelService } from '../tenancy/level.service.js';
import { addSecret, endSecrets, secretsOf } from '../tenancy/secret-store.js';
import { Tenancy } from '../tenancy/tenancy.js';
import type { TenantReader } from '../tenancy/tenant-session.js';
import type { CreateVirtualKeyDto, RotateVirtualKeyDto, UpdateVirtualKeyDto } from './dto/virtual-key.dto.js';
import { type SecretAnswer, secretAnswer, type VirtualKeyAnswer, virtualKeyAnswer } from './virtual-key-answer.js';
import { type KeyParents, keyParents } from './virtual-key-parents.js';
import type { VirtualKeyRow } from './virtual-key.entity.js';

const NO_PARENTS: KeyParents = { customerId: null, teamId: null, projectId: null, userId: null };

type WholeKey = VirtualKeyAnswer & TermsAnswer & { readonly secrets: readonly SecretAnswer[] };
type NewKey = WholeKey & { readonly key?: string };

/** What administrators do with virtual keys. */
@Injectable()
export class VirtualKeysService extends LevelService<VirtualKeyRow, VirtualKeyAnswer> {
  protected override readonly kind = VIRTUAL_KEY;
  protected override readonly level = 'virtual_key';
  protected override readonly filters = {
    customer_id: (customerId: string) => ({ customerId }),
    team_id: (teamId: string) => ({ teamId }),
    project_id: (projectId: string) => ({ projectId }),
    user_id: (userId: string) => ({ userId }),
    status: (status: string) => ({ status }),
  };

  constructor(
    tenancy: Tenancy,
    private readonly hasher: KeyHasher,
  ) {
    super(tenancy);
  }

  /** @returns the key itself too, this once */
  create(admin: AdminPrincipal, dto: CreateVirtualKeyDto): Promise<NewKey> {
    if (dto.on_limiter_down === 'open') demand(admin, 'organizations', 'update');
    return this.tenancy.write(scopeOf(admin), async (session) => {
      const organizationId = await organizationFor(session, dto.organization_id);
      const row: VirtualKeyRow = {
        ...this.fresh(organizationId),
        name: dto.name,
        description: dto.description ?? null,
        ...(await keyParents(session, organizationId, dto, NO_PARENTS)),
        status: 'active',
        expiresAt: this.expiry(dto.expires_at),
        revokedAt: null,
        terms: writeTerms(dto),
      };
      await this.add(session, admin, row, dto);
      const key = await addSecret(session, this.hasher, row, dto.key, row.createdAt);
      return { ...(await this.whole(session, row)), ...(key !== undefined && { key }) };
    });
  }

  async update(admin: AdminPrincipal, id: string, dto: UpdateVirtualKeyDto): Promise<VirtualKeyAnswer & TermsAnswer> {
    if (dto.on_limiter_down === 'open') demand(admin, 'organizations', 'update');
    return this.changeKey(admin, id, dto.status === 'disabled', async (session, row) => ({
      updatedAt: this.now,
      ...(dto.name && { name: dto.name }),
      ...(dto.description !== undefined && { description: dto.description }),
      ...(dto.status && { status: dto.status }),
      ...(dto.expires_at !== undefined && { expiresAt: this.expiry(dto.expires_at) }),
      ...(await keyParents(session, row.organizationId, dto, parentsOf(row))),
      terms: writeTerms(dto, readTerms(row.terms)),
    }));
  }

  /** Gives a key a new secret, and lets the old one go on for a while. */
  rotate(admin: AdminPrincipal, id: string, { overlap_seconds: overlap }: RotateVirtualKeyDto): Promise<NewKey> {
    let gone: string[] = [];
    return this.tenancy.write(
      scopeOf(admin),
      async (session) => {
        const row = await this.changeable(session, id);
        const { now } = this;
        gone = await endSecrets(session, id, new Date(now.getTime() + (overlap ?? 0) * 1_000), now);
        await session.settle();
        const key = await addSecret(session, this.hasher, row, undefined, now);
        await session.update(VIRTUAL_KEY, row, { updatedAt: now });
        return { ...(await this.whole(session, row)), ...(key !== undefined && { key }) };
      },
      () => gone,
    );
  }

  /** Ends a key for good; it stays in lists. */
  revoke(admin: AdminPrincipal, id: string): Promise<VirtualKeyAnswer & TermsAnswer> {
    return this.changeKey(admin, id, true, (_session, _row) => ({
      status: 'revoked',
      revokedAt: this.now,
      updatedAt: this.now,
    }));
  }

  protected override present(row: VirtualKeyRow): VirtualKeyAnswer {
    return virtualKeyAnswer(row, this.now);
  }

  protected override async whole(reader: TenantReader, row: VirtualKeyRow): Promise<WholeKey> {
    const secrets = await secretsOf(reader, row.id);
    return { ...(await super.whole(reader, row)), secrets: secrets.map(secretAnswer) };
  }

  /** @param ends whether nobody may use the key after it, also where the database is away */
  private changeKey(
    admin: AdminPrincipal,
    id: string,
    ends: boolean,
    changes: (reader: TenantReader, row: VirtualKeyRow) => Partial<VirtualKeyRow> | Promise<Partial<VirtualKeyRow>>,
  ): Promise<WholeKey> {
    return this.tenancy.write(
      scopeOf(admin),
      async (session) => {
        const row = await this.changeable(session, id);
        return this.whole(session, await session.update(VIRTUAL_KEY, row, await changes(session, row)));
      },
      () => (ends ? [id] : []),
    );
  }

  private async changeable(reader: TenantReader, id: string): Promise<VirtualKeyRow> {
    const row = await reader.get(VIRTUAL_KEY, id);
    assertOwnedByApi(row, `The virtual key '${row.name}'`);
    if (row.status === 'revoked')
      throw new GatewayError('conflict', `The virtual key '${row.name}' was revoked, for good.`);
    return row;
  }

  private expiry(text: string | null | undefined): Date | null {
    if (text === undefined || text === null) return null;
    const at = new Date(text);
    if (at > this.now) return at;
    throw new GatewayError('invalid_value', "'expires_at' has to be in the future.", { param: 'expires_at' });
  }
}

function parentsOf({ customerId, teamId, projectId, userId }: VirtualKeyRow): KeyParents {
  return {
    customerId: customerId ?? null,
    teamId: teamId ?? null,
    projectId: projectId ?? null,
    userId: userId ?? null,
  };
}
