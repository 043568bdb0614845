import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/time/clock.port.js';
import { BudgetWindows } from '../budgets/budget-window.port.js';
import { formatDollars } from '../contract/money.js';
import { Counters, type Standing } from '../counters/counters.port.js';
import type { KeyHolder } from '../keys/key-directory.port.js';
import { UsageLedger } from '../usage/usage-ledger.port.js';
import { claimOfBudget, idleClaim, type TermClaim } from './claims.js';
import type { KeyBudgetDto, KeyDto, KeyLimitDto } from './dto/key.dto.js';
import { spanOf } from './refusals.js';

/** What a key's holder may know of it: what it allows, and how much of that is left. */
@Injectable()
export class KeyStanding {
  constructor(
    private readonly counters: Counters,
    private readonly windows: BudgetWindows,
    private readonly ledger: UsageLedger,
    private readonly clock: Clock,
  ) {}

  async of(holder: KeyHolder): Promise<KeyDto> {
    const now = this.clock.wallTime();
    const budgets = holder.budgets.map((budget) => claimOfBudget(budget, 0, this.windows, this.ledger.balances, now));
    const claims = [...budgets.map(({ claim }) => claim), ...holder.limits.map(idleClaim)];
    const standings = await this.counters.read(holder.organizationId, claims);
    return {
      object: 'virtual_key',
      id: holder.id,
      name: holder.name,
      prefix: holder.prefix,
      expires_at: holder.expiresAt === undefined ? null : new Date(holder.expiresAt).toISOString(),
      levels: holder.levels.map(({ level, id, name }) => ({ level, id, name })),
      scopes: [...holder.scopes],
      allowed_providers: [...holder.allowedProviders],
      allowed_models: [...holder.allowedModels],
      denied_models: [...holder.deniedModels],
      tags: [...holder.tags],
      stores_content: holder.storesContent,
      budgets: budgets.map((term, index) => budgetOf(term, standings[index])),
      rate_limits: holder.limits.map((limit, index) => limitOf(limit, standings[budgets.length + index])),
    };
  }
}

function budgetOf(term: TermClaim & { readonly budget: object }, standing: Standing | undefined): KeyBudgetDto {
  const { budget, claim, windowEnd } = term;
  const [used, held] = [standing?.used ?? 0, standing?.held ?? 0];
  return {
    name: budget.name,
    level: budget.level,
    level_name: budget.levelName,
    mode: budget.mode,
    amount_usd: formatDollars(claim.limit),
    spent_usd: formatDollars(used),
    held_usd: formatDollars(held),
    remaining_usd: formatDollars(Math.max(0, claim.limit - used - held)),
    period: budget.period.kind === 'calendar' ? budget.period.unit : budget.period.kind,
    resets_at:
      budget.period.kind === 'calendar' && Number.isFinite(windowEnd) ? new Date(windowEnd).toISOString() : null,
    models: [...budget.models],
    providers: [...budget.providers],
  };
}

function limitOf(limit: KeyHolder['limits'][number], standing: Standing | undefined): KeyLimitDto {
  const taken = (standing?.used ?? 0) + (standing?.held ?? 0);
  return {
    level: limit.level,
    level_name: limit.levelName,
    metric: limit.metric,
    limit: limit.limit,
    window: limit.windowMs === 0 ? null : spanOf(limit.windowMs),
    used: taken,
    remaining: Math.max(0, limit.limit - taken),
    resets_in_ms: Math.ceil(standing?.resetMs ?? 0),
    models: [...limit.models],
    providers: [...limit.providers],
  };
}
