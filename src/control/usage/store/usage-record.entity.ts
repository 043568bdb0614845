import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'UsageRecordRow',
  tableName: 'usage_records',
  properties: {
    // Text throughout: callers choose names of models, and the ledger must not refuse a row for its length.
    id: p.text().primary(),
    requestId: p.text(),
    clientRequestId: p.text().nullable(),
    organizationId: p.text(),
    customerId: p.text().nullable(),
    teamId: p.text().nullable(),
    projectId: p.text().nullable(),
    userId: p.text().nullable(),
    virtualKeyId: p.text().nullable(),
    tags: p.text(),
    operation: p.text(),
    requestedModel: p.text(),
    provider: p.text(),
    model: p.text(),
    upstreamKey: p.text(),
    cause: p.text(),
    streamed: p.boolean(),
    startedAt: p.datetime(3).index(),
    endedAt: p.datetime(3),
    durationMs: p.bigint('number').nullable(),
    firstTokenMs: p.bigint('number').nullable(),
    outcome: p.text(),
    status: p.integer().nullable(),
    inputTokens: p.bigint('number'),
    cachedInputTokens: p.bigint('number'),
    cacheWriteTokens: p.bigint('number'),
    outputTokens: p.bigint('number'),
    reasoningTokens: p.bigint('number'),
    usageSource: p.text(),
    cost: p.bigint('number'),
    reservedCost: p.bigint('number'),
    priceId: p.text().nullable(),
    upstreamRequestId: p.text().nullable(),
    budgets: p.text(),
    recordedAt: p.datetime(3),
  },
  indexes: [
    { properties: ['endedAt', 'id'] },
    { properties: ['organizationId', 'endedAt'] },
    { properties: ['virtualKeyId', 'endedAt'] },
    { properties: ['teamId', 'endedAt'] },
    { properties: ['projectId', 'endedAt'] },
    { properties: ['userId', 'endedAt'] },
    { properties: ['customerId', 'endedAt'] },
  ],
});

/** One attempt: `AttemptBegun` and `AttemptEnded` say what the columns mean. Tags and budgets are JSON text. */
export class UsageRecordRow extends schema.class {}
schema.setClass(UsageRecordRow);
