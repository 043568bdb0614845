import { Module } from '@nestjs/common';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { TeamMembersController } from './team-members.controller.js';
import { TeamMembersService } from './team-members.service.js';
import { TeamsController } from './teams.controller.js';
import { TeamsService } from './teams.service.js';

/** /admin/v1/teams */
@Module({
  imports: [TenancyModule],
  controllers: [TeamsController, TeamMembersController],
  providers: [TeamsService, TeamMembersService],
})
export class TeamsModule {}
