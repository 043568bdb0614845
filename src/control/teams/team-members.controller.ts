import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../common/access/access.js';
import { type AdminPrincipal, CurrentAdmin } from '../auth/admin.port.js';
import { EntityDocs, ListDocs } from '../tenancy/admin-docs.decorator.js';
import type { RawQuery } from '../../common/http/query.js';
import { DeletedDto } from '../tenancy/dto/answers.dto.js';
import type { ListAnswer } from '../tenancy/entity-answer.js';
import { AddTeamMemberDto, TeamMemberDto } from './dto/team-member.dto.js';
import { TeamMembersService } from './team-members.service.js';

@ApiTags('Admin')
@Controller('admin/v1/teams/:id/members')
export class TeamMembersController {
  constructor(private readonly members: TeamMembersService) {}

  /** Adds a user to a team. */
  @Post()
  @HttpCode(200)
  @Requires('teams', 'update')
  @EntityDocs(TeamMemberDto)
  add(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Body() dto: AddTeamMemberDto,
  ): Promise<TeamMemberDto> {
    return this.members.add(admin, id, dto);
  }

  /** Lists the members of a team, the newest first. */
  @Get()
  @Requires('teams', 'read')
  @ListDocs(TeamMemberDto)
  list(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Query() query: RawQuery,
  ): Promise<ListAnswer<TeamMemberDto>> {
    return this.members.list(admin, id, query);
  }

  /** Takes a user out of a team. */
  @Delete(':userId')
  @Requires('teams', 'update')
  @EntityDocs(DeletedDto)
  remove(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Param('userId') userId: string,
  ): Promise<DeletedDto> {
    return this.members.remove(admin, id, userId);
  }
}
