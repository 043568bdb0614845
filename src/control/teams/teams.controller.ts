import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../common/access/access.js';
import { type AdminPrincipal, CurrentAdmin } from '../auth/admin.port.js';
import { BodyDocs, CascadeDocs, EntityDocs, ListDocs } from '../tenancy/admin-docs.decorator.js';
import type { RawQuery } from '../../common/http/query.js';
import { DeletedDto } from '../tenancy/dto/answers.dto.js';
import type { ListAnswer } from '../tenancy/entity-answer.js';
import { CreateTeamDto, TeamDto, UpdateTeamDto } from './dto/team.dto.js';
import { TeamsService } from './teams.service.js';

@ApiTags('Admin')
@Controller('admin/v1/teams')
export class TeamsController {
  constructor(private readonly teams: TeamsService) {}

  /** Makes a team. */
  @Post()
  @HttpCode(200)
  @Requires('teams', 'create')
  @BodyDocs(CreateTeamDto, {
    'A team with a budget and a limit': {
      name: 'Research',
      budgets: [{ name: 'Monthly', amount_usd: '50.00', period: 'month', time_zone: 'Europe/Stockholm' }],
      rate_limits: [{ metric: 'requests', limit: 60, window: '1m' }],
    },
  })
  @EntityDocs(TeamDto)
  create(@CurrentAdmin() admin: AdminPrincipal, @Body() dto: CreateTeamDto): Promise<TeamDto> {
    return this.teams.create(admin, dto);
  }

  /** Lists teams, the newest first. */
  @Get()
  @Requires('teams', 'read')
  @ListDocs(TeamDto, ['customer_id', 'external_id', 'organization_id'])
  list(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): Promise<ListAnswer<TeamDto>> {
    return this.teams.list(admin, query);
  }

  /** Retrieves a team with its own budgets and limits. */
  @Get(':id')
  @Requires('teams', 'read')
  @EntityDocs(TeamDto)
  retrieve(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<TeamDto> {
    return this.teams.retrieve(admin, id);
  }

  /** Changes what is given of a team, and leaves the rest. */
  @Patch(':id')
  @Requires('teams', 'update')
  @BodyDocs(UpdateTeamDto, { 'Another name': { name: 'Applied research' } })
  @EntityDocs(TeamDto)
  update(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string, @Body() dto: UpdateTeamDto): Promise<TeamDto> {
    return this.teams.update(admin, id, dto);
  }

  /** Deletes a team; with cascade=true what is below too. */
  @Delete(':id')
  @Requires('teams', 'delete')
  @CascadeDocs()
  @EntityDocs(DeletedDto)
  remove(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Query() query: RawQuery,
  ): Promise<DeletedDto> {
    return this.teams.remove(admin, id, query);
  }
}
