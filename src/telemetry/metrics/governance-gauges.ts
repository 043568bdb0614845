import type { GovernanceState } from './metrics.port.js';

type SetValue = (labels: Record<string, string>, value: number) => void;

/** Adds gauges, and counters that are called totals. */
export interface GaugeMaker {
  /** A number without labels; absent while nobody knows it. */
  readonly single: (name: string, help: string, read: () => number | undefined) => void;
  readonly labelled: (name: string, help: string, labelNames: string[], fill: (set: SetValue) => void) => void;
}

/** What is shown of limits, budgets and the ledger. */
export function addGovernanceGauges({ single, labelled }: GaugeMaker, read: () => GovernanceState | undefined): void {
  single('asbru_limiter_up', '1 while limits and budgets are counted by all nodes together, or by the only one', () => {
    const state = read();
    return state && Number(state.limiterUp);
  });
  single('asbru_limiter_nodes', 'Nodes that count together, this one included', () => read()?.nodes);
  labelled(
    'asbru_limiter_decisions_total',
    'Calls that limits or budgets bind, by how they were decided',
    ['how'],
    (set) => {
      for (const [how, count] of Object.entries(read()?.decisions ?? {})) set({ how }, count);
    },
  );
  single('asbru_limiter_leases', 'Calls under way that hold something of a limit or a budget', () => read()?.leases);
  single('asbru_limiter_settlements_pending', 'Ends of calls that the shared counters have not taken yet', () => {
    return read()?.pendingSettlements;
  });
  single('asbru_limiter_settlements_lost_total', 'Ends of calls that the shared counters were never told', () => {
    return read()?.lostSettlements;
  });
  single('asbru_budget_drift_ratio', 'The most that a budget in Redis was wrong by, as a share of its amount', () => {
    return read()?.budgetDrift;
  });
  single('asbru_ledger_backlog', 'Attempts that have ended and are not in the database yet', () => read()?.backlog);
  single('asbru_ledger_unfinished', 'Attempts that have begun and not ended', () => read()?.unfinished);
  single('asbru_ledger_log_bytes', 'Size of the write-ahead log of usage', () => read()?.logBytes);
  single('asbru_ledger_accepting', '0 while the log can take no more, and calls are refused', () => {
    const state = read();
    return state && Number(state.accepting);
  });
}
