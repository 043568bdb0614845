import type { RetrySettings } from '../../../config/file/gateway-settings.types.js';
import type { End, RetryBudget } from '../health/retry-budget.js';

/** What requests share of each provider's retries. */
export interface RetryRules {
  readonly budgetOf: (provider: string) => RetryBudget;
  readonly retriesOf: (provider: string) => RetrySettings;
}

/** How often one request may ask: each provider once, and further times as retries, of which there is a budget. */
export class AskingLeave {
  private readonly asked = new Set<string>();
  private readonly ends: End[] = [];
  private taken = 0;
  private forgiven = false;
  private turns = 0;

  constructor(private readonly rules: RetryRules) {}

  /** How many retries were taken. */
  get retries(): number {
    return this.taken;
  }

  /** Whether the request's own number of retries is not used up. */
  hasRetries(provider: string): boolean {
    return this.taken < this.rules.retriesOf(provider).max;
  }

  /**
   * A key had no room or was refused, and is left alone from now on: its provider's next key is not a retry of a
   * failure, so it costs none. The keys are the bound.
   */
  turnToNextKey(): void {
    this.turns++;
  }

  /** Whether take() would give leave now. */
  allows(provider: string): boolean {
    if (this.turns > 0) return true;
    if (!this.asked.has(provider)) return true;
    return this.hasRetries(provider) && this.rules.budgetOf(provider).hasRoom;
  }

  take(provider: string): boolean {
    const budget = this.rules.budgetOf(provider);
    if (!this.asked.has(provider)) {
      this.asked.add(provider);
      this.ends.push(budget.begin());
      return true;
    }
    if (this.turns > 0) {
      this.turns--;
      return true;
    }
    const end = this.hasRetries(provider) ? budget.tryRetry() : undefined;
    if (!end) return false;
    this.ends.push(end);
    this.taken++;
    return true;
  }

  /** Lets a provider be asked once more that did not get the request; only one time. */
  forgive(provider: string): boolean {
    if (this.forgiven) return false;
    this.forgiven = true;
    this.asked.delete(provider);
    return true;
  }

  /** The request is over. */
  end(): void {
    for (const end of this.ends) end();
    this.ends.length = 0;
  }
}
