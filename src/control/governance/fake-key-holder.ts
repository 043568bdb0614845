import type { KeyScope } from '../../common/access/access.js';
import type { LevelRef } from '../contract/level.types.js';
import type { BudgetTerms, LimiterDown, LimitTerms } from '../contract/terms.types.js';
import { KeyHolder } from '../keys/key-directory.port.js';

/** A key that may do everything, but for what a test says. */
export class FakeKeyHolder extends KeyHolder {
  override readonly id: string = 'vk_1';
  override readonly storesContent: boolean = true;
  override readonly organizationId: string = 'org_1';
  override readonly prefix: string = 'sk-asbru-test';
  override readonly name: string = 'test';
  override readonly levels: readonly LevelRef[] = [
    { level: 'organization', id: 'org_1', name: 'Acme' },
    { level: 'virtual_key', id: 'vk_1', name: 'test' },
  ];
  override readonly scopes: ReadonlySet<KeyScope> = new Set<KeyScope>(['inference', 'models']);
  override readonly allowedProviders: readonly string[] = ['*'];
  override readonly allowedModels: readonly string[] = ['*'];
  override readonly deniedModels: readonly string[] = [];
  override readonly allowedUpstreamKeys: readonly string[] = ['*'];
  override readonly networks: readonly string[] = [];
  override readonly requiredHeaders: Readonly<Record<string, string>> = {};
  override readonly tags: readonly string[] = [];
  override readonly expiresAt: number | undefined = undefined;
  override readonly onLimiterDown: LimiterDown | undefined = undefined;
  override readonly maxOutputTokens: number | undefined = undefined;
  override readonly onUnpriced: 'refuse' | 'allow' = 'refuse';
  override readonly budgets: readonly BudgetTerms[] = [];
  override readonly limits: readonly LimitTerms[] = [];
}

/** A key with some terms of its own. */
export function keyHolder(terms: Partial<KeyHolder> = {}): KeyHolder {
  return Object.assign(new FakeKeyHolder(), terms);
}

export function budget(terms: Partial<BudgetTerms> = {}): BudgetTerms {
  return {
    id: 'bud_1',
    name: 'monthly',
    level: 'team',
    levelId: 'team_1',
    levelName: 'Search',
    amount: 50_000_000,
    period: { kind: 'calendar', unit: 'month', timeZone: 'UTC' },
    mode: 'hard',
    thresholds: [],
    overrides: [],
    models: [],
    providers: [],
    ...terms,
  };
}

export function limit(terms: Partial<LimitTerms> = {}): LimitTerms {
  return {
    id: 'lim_1',
    level: 'virtual_key',
    levelId: 'vk_1',
    levelName: 'test',
    metric: 'requests',
    limit: 60,
    windowMs: 60_000,
    models: [],
    providers: [],
    ...terms,
  };
}
