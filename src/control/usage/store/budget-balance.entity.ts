import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'BudgetBalanceRow',
  tableName: 'budget_balances',
  properties: {
    budgetId: p.text().primary(),
    /** Milliseconds since the epoch; 0 for a prepaid budget. */
    windowStart: p.bigint('number').primary(),
    organizationId: p.text().index(),
    spent: p.bigint('number'),
    /** Milliseconds since the epoch; null when the metering did not say. */
    countsUntil: p.bigint('number').nullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3).index(),
  },
});

/** What was spent of a budget in one of its windows, in micro-dollars: the sum of its usage records. */
export class BudgetBalanceRow extends schema.class {}
schema.setClass(BudgetBalanceRow);
