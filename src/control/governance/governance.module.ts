import { Global, Module } from '@nestjs/common';
import { KnownTerms } from '../../common/context/known-terms.port.js';
import { Random, SystemRandom } from '../../common/random/random.port.js';
import { Clock, SystemClock } from '../../common/time/clock.port.js';
import { KeysModule } from '../keys/keys.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { PricingModule } from '../pricing/pricing.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { CallerAccess } from '../auth/caller-access.port.js';
import { CallerAuthentication } from './caller-authentication.js';
import { CallGovernance } from './governance.service.js';
import { Governance } from './governance.port.js';
import { KeyAccess } from './key-access.js';
import { KeyController } from './key.controller.js';
import { GovernanceMetrics } from './governance-metrics.js';
import { BudgetReconciliation } from './reconcile/budget-reconciliation.js';
import { KeyStanding } from './key-standing.service.js';
import { ReadTerms } from './read-terms.js';

/** Who may call, and on what terms: the control plane as the data plane sees it. */
@Global()
@Module({
  imports: [KeysModule, UsageModule, PricingModule, PoliciesModule],
  controllers: [KeyController],
  providers: [
    { provide: Clock, useClass: SystemClock },
    CallerAuthentication,
    KeyStanding,
    { provide: Random, useClass: SystemRandom },
    BudgetReconciliation,
    GovernanceMetrics,
    { provide: Governance, useClass: CallGovernance },
    { provide: KnownTerms, useClass: ReadTerms },
    { provide: CallerAccess, useClass: KeyAccess },
  ],
  exports: [Governance, CallerAccess, CallerAuthentication, KnownTerms],
})
export class GovernanceModule {}
