import { Injectable } from '@nestjs/common';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { organizationFor, scopeOf } from '../tenancy/admin-scope.js';
import { type EntityAnswer, entityAnswer } from '../tenancy/entity-answer.js';
import { CUSTOMER, PROJECT, TEAM } from '../tenancy/kinds.js';
import type { TermsAnswer } from '../tenancy/level-terms.js';
import { LevelService } from '../tenancy/level.service.js';
import { parentOf } from '../tenancy/parents.js';
import type { CreateProjectDto, UpdateProjectDto } from './dto/project.dto.js';
import type { ProjectRow } from './project.entity.js';

export interface ProjectAnswer extends EntityAnswer {
  readonly name: string;
  readonly external_id: string | null;
  readonly team_id: string | null;
  readonly customer_id: string | null;
}

/** What administrators do with projects. */
@Injectable()
export class ProjectsService extends LevelService<ProjectRow, ProjectAnswer> {
  protected override readonly kind = PROJECT;
  protected override readonly level = 'project';
  protected override readonly filters = {
    team_id: (teamId: string) => ({ teamId }),
    customer_id: (customerId: string) => ({ customerId }),
    external_id: (externalId: string) => ({ externalId }),
  };

  create(admin: AdminPrincipal, dto: CreateProjectDto): Promise<ProjectAnswer & TermsAnswer> {
    return this.tenancy.write(scopeOf(admin), async (session) => {
      const organizationId = await organizationFor(session, dto.organization_id);
      const row = {
        ...this.fresh(organizationId),
        name: dto.name,
        externalId: dto.external_id ?? null,
        teamId: await parentOf(session, TEAM, organizationId, dto.team_id, 'team_id'),
        customerId: await parentOf(session, CUSTOMER, organizationId, dto.customer_id, 'customer_id'),
      };
      return this.add(session, admin, row, dto);
    });
  }

  update(admin: AdminPrincipal, id: string, dto: UpdateProjectDto): Promise<ProjectAnswer & TermsAnswer> {
    return this.change(admin, id, async (session, row) => ({
      updatedAt: this.now,
      ...(dto.name && { name: dto.name }),
      ...(dto.external_id !== undefined && { externalId: dto.external_id }),
      ...(dto.team_id !== undefined && {
        teamId: await parentOf(session, TEAM, row.organizationId, dto.team_id, 'team_id'),
      }),
      ...(dto.customer_id !== undefined && {
        customerId: await parentOf(session, CUSTOMER, row.organizationId, dto.customer_id, 'customer_id'),
      }),
    }));
  }

  protected override present(row: ProjectRow): ProjectAnswer {
    return {
      ...entityAnswer('project', row),
      name: row.name,
      external_id: row.externalId ?? null,
      team_id: row.teamId ?? null,
      customer_id: row.customerId ?? null,
    };
  }
}
