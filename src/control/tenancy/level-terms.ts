import type { Level } from '../contract/level.types.js';
import { budgetAnswer, limitAnswer, type BudgetAnswer, type LimitAnswer } from './term-answers.js';
import { budgetColumns } from './budget-row.js';
import type { InlineBudgetDto } from './dto/inline-budget.dto.js';
import type { InlineRateLimitDto } from './dto/inline-rate-limit.dto.js';
import { newId } from './entity-id.js';
import { BUDGET, RATE_LIMIT } from './kinds.js';
import type { LevelRow } from './levels.js';
import { limitColumns } from './limit-row.js';
import type { TenantReader, TenantSession } from './tenant-session.js';

/** Budgets and limits that come with a new entity. */
export interface InlineTerms {
  readonly budgets?: readonly InlineBudgetDto[] | null;
  readonly rate_limits?: readonly InlineRateLimitDto[] | null;
}

/** What an answer about one entity says of its own budgets and limits. */
export interface TermsAnswer {
  readonly budgets: BudgetAnswer[];
  readonly rate_limits: LimitAnswer[];
}

/** Stores the budgets and limits of an entity. */
export async function addTerms(
  session: TenantSession,
  level: Level,
  { id: levelId, organizationId }: LevelRow,
  { budgets, rate_limits: limits }: InlineTerms,
  now: Date,
): Promise<void> {
  const common = {
    organizationId,
    managedBy: 'api',
    declaredKey: null,
    createdAt: now,
    updatedAt: now,
    level,
    levelId,
  };
  for (const [index, budget] of (budgets ?? []).entries()) {
    await session.insert(BUDGET, {
      ...common,
      id: newId(BUDGET.prefix),
      ...budgetColumns(budget, `budgets[${index}].`),
    });
  }
  for (const [index, limit] of (limits ?? []).entries()) {
    await session.insert(RATE_LIMIT, {
      ...common,
      id: newId(RATE_LIMIT.prefix),
      ...limitColumns(limit, `rate_limits[${index}].`),
    });
  }
}

export async function termsOf(reader: TenantReader, level: Level, levelId: string): Promise<TermsAnswer> {
  const budgets = await reader.all(BUDGET, { level, levelId });
  const limits = await reader.all(RATE_LIMIT, { level, levelId });
  return { budgets: budgets.map(budgetAnswer), rate_limits: limits.map(limitAnswer) };
}
