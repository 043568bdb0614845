import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { scopeOf } from '../tenancy/admin-scope.js';
import { type EntityAnswer, entityAnswer } from '../tenancy/entity-answer.js';
import { newId } from '../tenancy/entity-id.js';
import { ORGANIZATION } from '../tenancy/kinds.js';
import type { TermsAnswer } from '../tenancy/level-terms.js';
import { LevelService } from '../tenancy/level.service.js';
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
  protected override readonly kind = ORGANIZATION;
  protected override readonly level = 'organization';
  protected override readonly filters = {};

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
    return super.remove(admin, id, query);
  }

  protected override async beforeRemoval(_session: TenantSession, row: OrganizationRow): Promise<void> {
    if (row.id !== DEFAULT_ORGANIZATION) return;
    throw new GatewayError(
      'conflict',
      'The default organisation cannot be deleted: it is whose all is that names none.',
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
