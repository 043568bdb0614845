import { defineEntity, p } from '@mikro-orm/core';
import { tenantColumns, tenantFilter } from '../tenancy/tenant-columns.js';

const schema = defineEntity({
  name: 'BudgetRow',
  tableName: 'budgets',
  filters: tenantFilter(),
  indexes: [{ properties: ['organizationId', 'createdAt'] }, { properties: ['level', 'levelId'] }],
  properties: {
    ...tenantColumns(),
    name: p.string().length(200),
    level: p.string().length(16),
    levelId: p.string().length(64),
    amount: p.bigint('number'),
    // `month`, `prepaid` or a duration such as `30d`.
    period: p.string().length(16),
    timeZone: p.string().length(64),
    mode: p.string().length(8),
    // JSON arrays.
    thresholds: p.text(),
    models: p.text(),
    providers: p.text(),
    overrides: p.text(),
  },
});

/** What a level may spend in a period, in micro-dollars. */
export class BudgetRow extends schema.class {}
schema.setClass(BudgetRow);
