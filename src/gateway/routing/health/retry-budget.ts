import type { Clock } from '../../../common/time/clock.port.js';
import { SlidingCount } from './sliding-count.js';

export interface RetryBudgetOptions {
  /** Retries under way, and retries of the window, as a share of the requests that are not retries. */
  readonly budgetPercent: number;
  /** So many are allowed however few the requests. */
  readonly budgetFloor: number;
}

/** Live requests alone would not hold back retries of failures that take no time, so a window counts as well. */
const WINDOW_MS = 10_000;

/** Envoy's default, 20 % and at least 3, over the last 10 s as well. */
export const DEFAULT_RETRY_BUDGET: RetryBudgetOptions = { budgetPercent: 20, budgetFloor: 3 };

/** Says that a request or retry has ended; a second call does nothing. */
export type End = () => void;

/**
 * Keeps retries a small share of a provider's requests, so that a sick upstream is not beaten by them.
 * A request that falls back to another provider is a request of that provider, not a retry.
 */
export class RetryBudget {
  private live = 0;
  private retrying = 0;
  private readonly requests = new SlidingCount(WINDOW_MS);
  private readonly retries = new SlidingCount(WINDOW_MS);

  constructor(
    private readonly clock: Clock,
    private options: RetryBudgetOptions = DEFAULT_RETRY_BUDGET,
  ) {}

  /** Counts a request that is sent for the first time. */
  begin(): End {
    this.live++;
    this.requests.add(this.clock.now());
    return once(() => this.live--);
  }

  /** Whether there may be one more retry. */
  get hasRoom(): boolean {
    const now = this.clock.now();
    if (this.retrying >= this.allowed(this.live)) return false;
    return this.retries.total(now) < this.allowed(this.requests.total(now));
  }

  /** Counts a retry, when there may be one more. */
  tryRetry(): End | undefined {
    if (!this.hasRoom) return undefined;
    this.retrying++;
    this.retries.add(this.clock.now());
    return once(() => this.retrying--);
  }

  /** Requests and retries under way. */
  get inFlight(): { requests: number; retries: number } {
    return { requests: this.live, retries: this.retrying };
  }

  configure(options: RetryBudgetOptions): void {
    this.options = options;
  }

  private allowed(requests: number): number {
    return Math.max(this.options.budgetFloor, Math.floor((requests * this.options.budgetPercent) / 100));
  }
}

function once(run: () => void): End {
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    run();
  };
}
