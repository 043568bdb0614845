import { Module } from '@nestjs/common';
import { Clock, SystemClock } from '../../common/time/clock.port.js';
import { CelPolicies } from './cel-policies.js';
import { DryRunService } from './dry-run/dry-run.service.js';
import { PoliciesController } from './policies.controller.js';
import { Policies } from './policies.port.js';
import { OrmPolicyStore } from './policies.repository.js';
import { PoliciesService } from './policies.service.js';
import { PolicyStore } from './policy-store.port.js';

/**
 * Rules in CEL. Needs, from global modules or from those that assemble it, `Notices`, `PolicyScopes` (which entities
 * there are) and `RecentRequests` (what the ledger remembers).
 */
@Module({
  controllers: [PoliciesController],
  providers: [
    PoliciesService,
    DryRunService,
    CelPolicies,
    { provide: Clock, useClass: SystemClock },
    { provide: PolicyStore, useClass: OrmPolicyStore },
    { provide: Policies, useExisting: CelPolicies },
  ],
  exports: [Policies],
})
export class PoliciesModule {}
