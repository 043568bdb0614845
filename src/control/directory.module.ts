import { Module } from '@nestjs/common';
import { BudgetsModule } from './budgets/budgets.module.js';
import { CustomersModule } from './customers/customers.module.js';
import { KeysModule } from './keys/keys.module.js';
import { OrganizationsModule } from './organizations/organizations.module.js';
import { ProjectsModule } from './projects/projects.module.js';
import { RateLimitsModule } from './rate-limits/rate-limits.module.js';
import { TeamsModule } from './teams/teams.module.js';
import { TenancyModule } from './tenancy/tenancy.module.js';
import { UsersModule } from './users/users.module.js';

/** Who there is: the hierarchy, its keys, and the budgets and limits of both. */
@Module({
  imports: [
    TenancyModule,
    OrganizationsModule,
    CustomersModule,
    TeamsModule,
    ProjectsModule,
    UsersModule,
    KeysModule,
    BudgetsModule,
    RateLimitsModule,
  ],
  exports: [TenancyModule, KeysModule],
})
export class DirectoryModule {}
