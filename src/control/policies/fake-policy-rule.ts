import type { KeyHolder } from '../keys/key-directory.port.js';
import type { LevelRef } from '../contract/level.types.js';
import type { PolicyFacts } from './policies.port.js';
import type { PolicyRule } from './policy.types.js';

let made = 0;

/** A rule of the installation that denies everything, but for what is said. */
export function fakeRule(changes: Partial<PolicyRule> = {}): PolicyRule {
  made += 1;
  const createdAt = new Date(Date.UTC(2026, 0, 1) + made);
  return {
    id: `pol_${String(made).padStart(6, '0')}`,
    organizationId: null,
    name: `rule ${made}`,
    description: '',
    expression: 'true',
    effect: 'deny',
    targetModel: null,
    caps: {},
    message: null,
    scope: 'installation',
    scopeId: null,
    priority: 100,
    enabled: true,
    dryRun: false,
    models: [],
    managedBy: 'api',
    createdAt,
    updatedAt: createdAt,
    ...changes,
  };
}

/** Of a key of team `team_1` in organisation `org_1`. */
export const FAKE_LEVELS: readonly LevelRef[] = [
  { level: 'organization', id: 'org_1', name: 'Acme' },
  { level: 'customer', id: 'cust_1', name: 'Retail' },
  { level: 'team', id: 'team_1', name: 'research' },
  { level: 'project', id: 'proj_1', name: 'search' },
  { level: 'user', id: 'user_1', name: 'Ada' },
  { level: 'virtual_key', id: 'vk_1', name: 'ci' },
];

export function fakeHolder(changes: Partial<KeyHolder> = {}): KeyHolder {
  return {
    id: 'vk_1',
    storesContent: true,
    organizationId: 'org_1',
    prefix: 'sk-asbru-abcd',
    name: 'ci',
    levels: FAKE_LEVELS,
    scopes: new Set(['inference'] as const),
    allowedProviders: ['*'],
    allowedModels: ['*'],
    deniedModels: [],
    allowedUpstreamKeys: ['*'],
    networks: [],
    requiredHeaders: {},
    tags: ['env:prod'],
    expiresAt: undefined,
    onLimiterDown: 'degraded',
    maxOutputTokens: undefined,
    onUnpriced: 'refuse',
    budgets: [],
    limits: [],
    ...changes,
  };
}

export function fakeFacts(changes: Partial<PolicyFacts> = {}): PolicyFacts {
  return {
    holder: fakeHolder(),
    operation: 'chat',
    model: 'openai/gpt-5',
    provider: 'openai',
    streamed: false,
    headers: {},
    inputTokens: 1_000,
    maxOutputTokens: 500,
    budgetUsed: 10,
    now: Date.UTC(2026, 0, 10, 12),
    ...changes,
  };
}
