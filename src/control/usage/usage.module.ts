import { join } from 'node:path';
import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { Clock, SystemClock } from '../../common/time/clock.port.js';
import { WorkerGroup } from '../../common/workers/worker-group.port.js';
import { AppConfig } from '../../config/app.config.js';
import { Database } from '../../persistence/database.js';
import { Counters } from '../counters/counters.port.js';
import { LedgerHealth } from './ledger-health.port.js';
import { LedgerRuntime } from './ledger-runtime.js';
import { type SettleCall, settleThrough } from './lease-settlement.js';
import { BalanceCheck } from './reconcile/balance-check.port.js';
import { OrmBalanceCheck } from './reconcile/balance-check.repository.js';
import { RepeatedTask } from './repeated-task.js';
import { OwnUsageController } from './reports/own-usage.controller.js';
import { OrmUsageReports } from './reports/usage-reports.repository.js';
import { UsageReports } from './reports/usage-reports.port.js';
import { UsageReportsService } from './reports/usage-reports.service.js';
import { UsageController } from './reports/usage.controller.js';
import { UsageStore } from './store/usage-store.port.js';
import { OrmUsageStore } from './store/usage-store.repository.js';
import { UsageLedger } from './usage-ledger.port.js';
import { DiskWalFiles } from './wal/wal-files.port.js';

/** Attempts of one transaction. SQLite works in the process itself, and holds up its event loop for 40 µs with each. */
const BATCH = { postgresql: 500, sqlite: 32 } as const;
/** How often balances are compared with the records that they are the sums of, in milliseconds. */
const CHECK_MS = 300_000;
const NOBODY_TO_TELL: SettleCall = () => undefined;

/** The ledger of usage, and the reports on it. */
@Module({
  controllers: [UsageController, OwnUsageController],
  providers: [
    { provide: Clock, useClass: SystemClock },
    { provide: UsageStore, useClass: OrmUsageStore },
    { provide: UsageReports, useClass: OrmUsageReports },
    { provide: BalanceCheck, useClass: OrmBalanceCheck },
    UsageReportsService,
    {
      provide: LedgerRuntime,
      useFactory: openLedger,
      inject: [AppConfig, Database, UsageStore, Clock, WorkerGroup, { token: Counters, optional: true }],
    },
    { provide: LedgerHealth, useExisting: LedgerRuntime },
    { provide: UsageLedger, useFactory: ({ ledger }: LedgerRuntime) => ledger, inject: [LedgerRuntime] },
  ],
  exports: [UsageLedger, LedgerHealth, UsageReports, BalanceCheck],
})
export class UsageModule implements OnModuleInit {
  private readonly checks: RepeatedTask;

  constructor(
    @Inject(LedgerRuntime) private readonly runtime: LedgerRuntime,
    private readonly database: Database,
    check: BalanceCheck,
    clock: Clock,
  ) {
    this.checks = new RepeatedTask('balance check', CHECK_MS, clock, () => check.run());
  }

  /** Before the first call, which counts from the balances; a database that is away is not waited for. */
  async onModuleInit(): Promise<void> {
    await this.database.start();
    this.database.beforeClose(() => this.checks.stop());
    await this.runtime.start();
    this.checks.start();
  }
}

function openLedger(
  config: AppConfig,
  database: Database,
  store: UsageStore,
  clock: Clock,
  group: WorkerGroup,
  counters: Counters | undefined,
): LedgerRuntime {
  const options = {
    root: join(config.ASBRU_DATA_DIR, 'wal'),
    // Each has a log of its own, and all have one disk.
    maxBytes: Math.floor(config.ASBRU_LEDGER_MAX_BYTES / group.size),
    mustPersist: config.requiresKeys,
    isShared: config.REDIS_URL !== undefined || !group.isAlone,
    startsWithoutBalances: config.REDIS_URL !== undefined && config.ASBRU_BOOT_FROM_SNAPSHOT === 'on',
    batch: BATCH[database.engine],
  };
  const settle = counters ? settleThrough(counters) : NOBODY_TO_TELL;
  const runtime = new LedgerRuntime(store, clock, options, settle, new DiskWalFiles());
  // After the last answer, whose usage has to be in the log or in the database.
  database.beforeClose(() => runtime.close());
  return runtime;
}
