import type { AttemptBegun, AttemptEnded, CallSettled } from './usage-ledger.port.js';

/** 1 January 2026, 12:00 UTC. */
export const NOON = Date.UTC(2026, 0, 1, 12);
export const MONTH = Date.UTC(2026, 0, 1);
/** When the windows of these attempts stop to count: not during a test. */
export const FAR = Date.UTC(2100, 0, 1);

/** An attempt as the metering tells it, of one organisation, key and budget. */
export function begun(id: string, changes: Partial<AttemptBegun> = {}): AttemptBegun {
  return {
    id,
    requestId: id.split('.')[0] ?? id,
    startedAt: NOON,
    billing: {
      organizationId: 'org_a',
      levels: { team: 'team_a', user: 'user_a', virtual_key: 'vk_a' },
      tags: ['app:search', 'prod'],
    },
    operation: 'chat',
    requestedModel: 'cerebras/gpt-oss-120b',
    provider: 'cerebras',
    model: 'gpt-oss-120b',
    upstreamKey: 'default',
    cause: 'first',
    streamed: true,
    reservedCost: 1_000,
    budgets: [['bud_a', MONTH, FAR]],
    ...changes,
  };
}

export function ended(id: string, cost: number, changes: Partial<AttemptEnded> = {}): AttemptEnded {
  return {
    id,
    endedAt: NOON + 250,
    outcome: 'ok',
    status: 200,
    tokens: { inputTokens: 100, cachedInputTokens: 40, cacheWriteTokens: 0, outputTokens: 20, reasoningTokens: 5 },
    usageSource: 'upstream',
    cost,
    priceId: 'cerebras/gpt-oss-120b@2026-01-01',
    upstreamRequestId: `chatcmpl-${id}`,
    firstTokenMs: 80.4,
    ...changes,
  };
}

export function settled(requestId: string, amount: number): CallSettled {
  return {
    requestId,
    scope: 'org_a',
    claims: [{ counter: `b:bud_a:${MONTH}`, kind: 'budget', amount: 1_000, windowMs: 0 }],
    actual: [amount],
  };
}
