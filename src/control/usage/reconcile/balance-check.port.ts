import type { MicroDollars } from '../../contract/money.js';

/** A budget's window whose balance is not the sum of its usage records. */
export interface Drift {
  readonly budgetId: string;
  readonly windowStart: number;
  readonly balance: MicroDollars;
  readonly records: MicroDollars;
}

/** Compares balances with what they are the sums of. The class is the injection token. */
export abstract class BalanceCheck {
  /** What the last check found; empty when all was right, undefined before the first. */
  abstract readonly drift: readonly Drift[] | undefined;
  /** Checks now, and tells what is wrong. Nothing is repaired: a difference is somebody's mistake, and it is to be found. */
  abstract run(): Promise<readonly Drift[]>;
}
