import { Global, Module } from '@nestjs/common';
import { AppConfig } from '../../config/app.config.js';
import { KnownOrganizations } from '../auth/known-organizations.port.js';
import { LedgerRequests } from './ledger-requests.js';
import { PolicyScopes } from '../policies/policy-scopes.port.js';
import { RecentRequests } from '../policies/recent-requests.port.js';
import { KeptCopies } from '../tenancy/kept-copy.js';
import { KeyHasher } from '../tenancy/key-hasher.js';
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
    { provide: KeptCopies, useFactory: keptCopies, inject: [AppConfig, KeyHasher] },
  ],
  exports: [KnownOrganizations, PolicyScopes, RecentRequests, KeptCopies],
})
export class BridgesModule {}

/** Undefined where a gateway does not start without its database. */
function keptCopies(config: AppConfig, hasher: KeyHasher): KeptCopies | undefined {
  return config.ASBRU_BOOT_FROM_SNAPSHOT === 'on' ? new KeptCopies(config.ASBRU_DATA_DIR, hasher) : undefined;
}
