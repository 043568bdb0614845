import { Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { SystemClock } from '../common/time/clock.port.js';
import { WorkerGroup } from '../common/workers/worker-group.port.js';
import { AppConfig } from '../config/app.config.js';
import { SingleProcessGuard } from '../persistence/single-process-guard.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CountersModule } from './counters/counters.module.js';
import { DeclaredModule } from './declared/declared.module.js';
import { DirectoryModule } from './directory.module.js';
import { BridgesModule } from './governance/bridges.module.js';
import { GovernanceModule } from './governance/governance.module.js';
import { PoliciesModule } from './policies/policies.module.js';
import { PricingModule } from './pricing/pricing.module.js';
import { UsageModule } from './usage/usage.module.js';

/** The control plane: who may do what, and what it cost. */
@Module({
  imports: [
    CountersModule,
    DirectoryModule,
    UsageModule,
    PricingModule,
    BridgesModule,
    PoliciesModule,
    GovernanceModule,
    AuthModule,
    DeclaredModule,
    AuditModule,
  ],
  providers: [
    {
      provide: SingleProcessGuard,
      useFactory: ({ database, REDIS_URL }: AppConfig, { isAlone }: WorkerGroup) => {
        const role = isAlone ? 'gateway' : 'worker';
        return new SingleProcessGuard(database, REDIS_URL !== undefined, new SystemClock(), undefined, role);
      },
      inject: [AppConfig, WorkerGroup],
    },
  ],
})
export class ControlModule implements OnModuleInit, OnApplicationShutdown {
  constructor(private readonly guard: SingleProcessGuard) {}

  /** Before anything is counted. @throws ConfigError when another process counts on the same database */
  onModuleInit(): Promise<void> {
    return this.guard.acquire();
  }

  onApplicationShutdown(): Promise<void> {
    return this.guard.release();
  }
}
