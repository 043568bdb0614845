import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/time/clock.port.js';
import { WorkerGroup } from '../../common/workers/worker-group.port.js';
import type { RetrySettings } from '../../config/file/gateway-settings.types.js';
import { GatewaySettingsStore } from '../../config/file/settings.port.js';
import { DEFAULT_RETRY_BUDGET, RetryBudget } from './health/retry-budget.js';

/** For a provider that is not declared any more. */
const NO_RETRIES: RetrySettings = { max: 0, budgetPercent: 0, budgetFloor: 0, baseMs: 0, maxWaitMs: 0 };

/** The retry budget of each provider, with its settings. */
@Injectable()
export class RetryBudgets {
  private readonly budgets = new Map<string, RetryBudget>();

  constructor(
    private readonly clock: Clock,
    private readonly settings: GatewaySettingsStore,
    private readonly group: WorkerGroup,
  ) {
    settings.changes.subscribe(() => this.configure());
  }

  of(provider: string): RetryBudget {
    let budget = this.budgets.get(provider);
    if (!budget) this.budgets.set(provider, (budget = new RetryBudget(this.clock, this.optionsOf(provider))));
    return budget;
  }

  settingsOf(provider: string): RetrySettings {
    return this.settings.current.providers[provider]?.retries ?? NO_RETRIES;
  }

  private configure(): void {
    for (const [provider, budget] of this.budgets) budget.configure(this.optionsOf(provider));
  }

  private optionsOf(provider: string) {
    const { budgetPercent, budgetFloor } = this.settingsOf(provider);
    // Each worker has its share of what is always allowed, and the percentage of its own requests.
    return { ...DEFAULT_RETRY_BUDGET, budgetPercent, budgetFloor: Math.ceil(budgetFloor / this.group.size) };
  }
}
