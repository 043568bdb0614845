import { Injectable } from '@nestjs/common';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { organizationFor, scopeOf } from '../tenancy/admin-scope.js';
import { type EntityAnswer, entityAnswer } from '../tenancy/entity-answer.js';
import { CUSTOMER, TEAM } from '../tenancy/kinds.js';
import type { TermsAnswer } from '../tenancy/level-terms.js';
import { LevelService } from '../tenancy/level.service.js';
import { parentOf } from '../tenancy/parents.js';
import type { CreateTeamDto, UpdateTeamDto } from './dto/team.dto.js';
import type { TeamRow } from './team.entity.js';

export interface TeamAnswer extends EntityAnswer {
  readonly name: string;
  readonly external_id: string | null;
  readonly customer_id: string | null;
}

/** What administrators do with teams. */
@Injectable()
export class TeamsService extends LevelService<TeamRow, TeamAnswer> {
  protected override readonly kind = TEAM;
  protected override readonly level = 'team';
  protected override readonly filters = {
    customer_id: (customerId: string) => ({ customerId }),
    external_id: (externalId: string) => ({ externalId }),
  };

  create(admin: AdminPrincipal, dto: CreateTeamDto): Promise<TeamAnswer & TermsAnswer> {
    return this.tenancy.write(scopeOf(admin), async (session) => {
      const organizationId = await organizationFor(session, dto.organization_id);
      const row = {
        ...this.fresh(organizationId),
        name: dto.name,
        externalId: dto.external_id ?? null,
        customerId: await parentOf(session, CUSTOMER, organizationId, dto.customer_id, 'customer_id'),
      };
      return this.add(session, admin, row, dto);
    });
  }

  update(admin: AdminPrincipal, id: string, dto: UpdateTeamDto): Promise<TeamAnswer & TermsAnswer> {
    return this.change(admin, id, async (session, row) => ({
      updatedAt: this.now,
      ...(dto.name && { name: dto.name }),
      ...(dto.external_id !== undefined && { externalId: dto.external_id }),
      ...(dto.customer_id !== undefined && {
        customerId: await parentOf(session, CUSTOMER, row.organizationId, dto.customer_id, 'customer_id'),
      }),
    }));
  }

  protected override present(row: TeamRow): TeamAnswer {
    return {
      ...entityAnswer('team', row),
      name: row.name,
      external_id: row.externalId ?? null,
      customer_id: row.customerId ?? null,
    };
  }
}
