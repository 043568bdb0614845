import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics } from '../../telemetry/metrics/metrics.port.js';
import { CountersHealth } from '../counters/counters-health.port.js';
import { LedgerHealth } from '../usage/ledger-health.port.js';
import { BudgetReconciliation } from './reconcile/budget-reconciliation.js';

/** Shows limits, budgets and the ledger at each scrape; nothing is counted on a request for it. */
@Injectable()
export class GovernanceMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly counters: CountersHealth,
    private readonly ledger: LedgerHealth,
    private readonly reconciliation: BudgetReconciliation,
  ) {}

  onModuleInit(): void {
    this.metrics.watch({
      governance: () => {
        const { state, nodes, openLeases, pendingSettlements, lostSettlements, decisions } = this.counters.current;
        const { accepts: accepting, ...ledger } = this.ledger.current;
        return {
          limiterUp: state !== 'down',
          nodes,
          leases: openLeases,
          pendingSettlements,
          lostSettlements,
          decisions,
          budgetDrift: this.reconciliation.worstShare,
          accepting,
          ...ledger,
        };
      },
    });
  }
}
