import type { EntityManager } from '@mikro-orm/sql';
import { Injectable, Logger } from '@nestjs/common';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { AdminChanges, endAdminsOf } from '../auth/organization-end.port.js';
import { demand, scopeOf } from '../tenancy/admin-scope.js';
import { type EntityAnswer, entityAnswer } from '../tenancy/entity-answer.js';
import { newId } from '../tenancy/entity-id.js';
import { ORGANIZATION } from '../tenancy/kinds.js';
import type { TermsAnswer } from '../tenancy/level-terms.js';
import { LevelService } from '../tenancy/level.service.js';
import { Tenancy } from '../tenancy/tenancy.js';
import { DEFAULT_ORGANIZATION } from '../tenancy/tenant-scope.js';
import type { TenantSession } from '../tenancy/tenant-session.js';
import type { CreateOrganizationDto, UpdateOrganizationDto } from './dto/organization.dto.js';
import type { OrganizationRow } from './organization.entity.js';

export interface OrganizationAnswer extends EntityAnswer {
  readonly name: string;
}

/** What administrators do with organisations. One of an organisation sees his own, and makes and removes none. */
@Injectable()
export class OrganizationsService extends LevelService<OrganizationRow, OrganizationAnswer> {
  private readonly logger = new Logger('Admin');
  protected override readonly kind = ORGANIZATION;
  protected override readonly level = 'organization';
  protected override readonly filters = {};

  constructor(
    tenancy: Tenancy,
    private readonly admins: AdminChanges,
  ) {
    super(tenancy);
  }

  async create(admin: AdminPrincipal, dto: CreateOrganizationDto): Promise<OrganizationAnswer & TermsAnswer> {
    assertWhole(admin);
    return this.tenancy.write(scopeOf(admin), (session) => {
      const id = newId(this.kind.prefix);
      return this.add(session, admin, { ...this.fresh(id), id, name: dto.name }, dto);
    });
  }

  update(admin: AdminPrincipal, id: string, dto: UpdateOrganizationDto): Promise<OrganizationAnswer & TermsAnswer> {
    return this.change(admin, id, () => ({ updatedAt: this.now, name: dto.name }));
  }

  override async remove(
    ...[admin, id, query]: Parameters<LevelService<OrganizationRow, OrganizationAnswer>['remove']>
  ) {
    if (admin.organizationId !== null && admin.organizationId === id) assertWhole(admin);
    const removed = await super.remove(admin, id, query);
    await this.admins.changed();
    return removed;
  }

  protected override async beforeRemoval(_session: TenantSession, row: OrganizationRow): Promise<void> {
    if (row.id !== DEFAULT_ORGANIZATION) return;
    throw new GatewayError(
      'conflict',
      'The default organisation cannot be deleted: it is whose all is that names none.',
    );
  }

  protected override async removeMore(
    em: EntityManager,
    { id }: OrganizationRow,
    admin: AdminPrincipal,
  ): Promise<void> {
    const { tokens, roles } = await endAdminsOf(em, id, admin.id, this.now);
    if (tokens.length > 0) demand(admin, 'admin_tokens', 'delete');
    if (roles.length > 0) demand(admin, 'roles', 'delete');
    if (tokens.length + roles.length === 0) return;
    this.logger.log(
      { admin: admin.id, organization: id, admin_tokens: tokens, roles },
      'the organization goes, and its administrators with it',
    );
  }

  protected override present(row: OrganizationRow): OrganizationAnswer {
    return { ...entityAnswer('organization', row), name: row.name };
  }
}

function assertWhole({ organizationId }: AdminPrincipal): void {
  if (organizationId === null) return;
  throw new GatewayError(
    'permission_denied',
    'Only an administrator of the whole installation makes or removes organisations.',
  );
}
