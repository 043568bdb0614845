import type { Claim } from './counters.port.js';

/** Where a budget's counter stands, with what is not known for sure told apart. */
export interface RepairStanding {
  /** What was counted, charges for calls whose end is not known included. */
  readonly used: number;
  /** What calls under way hold. */
  readonly held: number;
  /** Of `used`, what was charged for calls whose end is not known. */
  readonly orphaned: number;
}

/**
 * Corrects shared counters whose truth is elsewhere. Counters in memory begin with what the ledger knows and cannot be
 * changed by others, so that there is nothing to correct. The class is the injection token.
 */
export abstract class CounterRepair {
  /** Whether there are counters that others could change. */
  abstract readonly isNeeded: boolean;
  /** Whether this node is the one that corrects the counters of a scope, for the next so many milliseconds. */
  abstract lead(scope: string, forMs: number): Promise<boolean>;
  /** One for each claim, in their order; undefined for a counter that nobody has begun. */
  abstract standings(scope: string, claims: readonly Claim[]): Promise<ReadonlyArray<RepairStanding | undefined>>;
  /** Counts what is missing so that what is used and held is no less than `floor`. @returns how much that was */
  abstract raise(scope: string, claim: Claim, floor: number): Promise<number>;
  /** Takes back what was counted too much, of a counter that does not slide. */
  abstract lower(scope: string, claim: Claim, amount: number): Promise<void>;
}

/** For counters in memory. */
export class NoCounterRepair extends CounterRepair {
  override readonly isNeeded = false;

  override async lead(): Promise<boolean> {
    return false;
  }

  override async standings(): Promise<readonly undefined[]> {
    return [];
  }

  override async raise(): Promise<number> {
    return 0;
  }

  override async lower(): Promise<void> {}
}
