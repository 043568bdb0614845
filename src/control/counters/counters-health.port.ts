/** How the counters stand with the other nodes. */
export interface CountersState {
  /** `local`: this gateway counts alone, as it was told to. `down`: calls are decided by their `onLimiterDown`. */
  readonly state: 'local' | 'connected' | 'down';
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Nodes that were there last, this one included. */
  readonly nodes: number;
  /** Calls under way that hold something here. */
  readonly openLeases: number;
  /** Settlements that the shared counters have not taken yet. */
  readonly pendingSettlements: number;
  /** Settlements that were given up because the shared counters were away for too long: the ledger has them. */
  readonly lostSettlements: number;
  /** Decisions since the start: by the counters, without them, and refused because they could not be reached. */
  readonly decisions: Readonly<Record<'counted' | 'degraded' | 'unavailable', number>>;
}

/** What health details and metrics show of the counters. The class is the injection token. */
export abstract class CountersHealth {
  abstract get current(): CountersState;
}
