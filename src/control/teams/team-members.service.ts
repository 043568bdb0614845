import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { type RawQuery, readPageQuery } from '../../common/http/query.js';
import { assertOwnedByApi, scopeOf } from '../tenancy/admin-scope.js';
import {
  type DeletedAnswer,
  type EntityAnswer,
  entityAnswer,
  listAnswer,
  type ListAnswer,
} from '../tenancy/entity-answer.js';
import { TEAM, TEAM_MEMBER, USER } from '../tenancy/kinds.js';
import { parentOf } from '../tenancy/parents.js';
import { Tenancy } from '../tenancy/tenancy.js';
import type { TenantReader } from '../tenancy/tenant-session.js';
import type { AddTeamMemberDto } from './dto/team-member.dto.js';
import type { TeamMemberRow } from './team-member.entity.js';

export interface TeamMemberAnswer extends EntityAnswer {
  readonly team_id: string;
  readonly user_id: string;
}

/** Who belongs to a team. A user may be in several. */
@Injectable()
export class TeamMembersService {
  constructor(private readonly tenancy: Tenancy) {}

  /** Adds a user; one who is there already stays. */
  add(admin: AdminPrincipal, teamId: string, dto: AddTeamMemberDto): Promise<TeamMemberAnswer> {
    return this.tenancy.write(scopeOf(admin), async (session) => {
      const team = await session.get(TEAM, teamId);
      assertOwnedByApi(team, `The team '${team.name}'`);
      const { organizationId } = team;
      const userId = await parentOf(session, USER, organizationId, dto.user_id, 'user_id');
      if (userId === null)
        throw new GatewayError('missing_required_parameter', "Missing required parameter: 'user_id'.");
      const found = await memberOf(session, teamId, userId);
      if (found) return present(found);
      const now = new Date(this.tenancy.clock.wallTime());
      const row = { id: `${teamId}.${userId}`, organizationId, managedBy: 'api', declaredKey: null };
      return present(await session.insert(TEAM_MEMBER, { ...row, createdAt: now, updatedAt: now, teamId, userId }));
    });
  }

  list(admin: AdminPrincipal, teamId: string, raw: RawQuery): Promise<ListAnswer<TeamMemberAnswer>> {
    return this.tenancy.read(scopeOf(admin), async (reader) => {
      const { limit, after } = readPageQuery(raw);
      await reader.get(TEAM, teamId);
      const position = after === undefined ? undefined : await reader.get(TEAM_MEMBER, after, 'after');
      return listAnswer(await reader.page(TEAM_MEMBER, { teamId }, position, limit + 1), limit, present);
    });
  }

  remove(admin: AdminPrincipal, teamId: string, userId: string): Promise<DeletedAnswer> {
    return this.tenancy.write(scopeOf(admin), async (session) => {
      const team = await session.get(TEAM, teamId);
      assertOwnedByApi(team, `The team '${team.name}'`);
      const row = await memberOf(session, teamId, userId);
      if (!row) throw new GatewayError('not_found', 'This user is not in the team.');
      session.remove(TEAM_MEMBER, row);
      return { id: row.id, object: 'team_member.deleted', deleted: true };
    });
  }
}

async function memberOf(reader: TenantReader, teamId: string, userId: string): Promise<TeamMemberRow | undefined> {
  return reader.find(TEAM_MEMBER, `${teamId}.${userId}`);
}

function present(row: TeamMemberRow): TeamMemberAnswer {
  return { ...entityAnswer('team_member', row), team_id: row.teamId, user_id: row.userId };
}
