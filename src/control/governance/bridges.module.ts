import { Global, Module } from '@nestjs/common';
import { KnownOrganizations } from '../auth/known-organizations.port.js';
import { LedgerRequests } from './ledger-requests.js';
import { PolicyScopes } from '../policies/policy-scopes.port.js';
import { RecentRequests } from '../policies/recent-requests.port.js';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { TenantOrganizations, TenantPolicyScopes } from '../tenancy/tenant-entities.js';
import { UsageModule } from '../usage/usage.module.js';

/** What features of the control plane ask of each other without knowing each other. */
@Global()
@Module({
  imports: [TenancyModule, UsageModule],
  providers: [
    { provide: KnownOrganizations, useClass: TenantOrganizations },
    { provide: PolicyScopes, useClass: TenantPolicyScopes },
    { provide: RecentRequests, useClass: LedgerRequests },
  ],
  exports: [KnownOrganizations, PolicyScopes, RecentRequests],
})
export class BridgesModule {}
