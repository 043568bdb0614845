import { defineEntity, p } from '@mikro-orm/core';
import { tenantColumns, tenantFilter } from '../tenancy/tenant-columns.js';

const schema = defineEntity({
  name: 'RateLimitRow',
  tableName: 'rate_limits',
  filters: tenantFilter(),
  indexes: [{ properties: ['organizationId', 'createdAt'] }, { properties: ['level', 'levelId'] }],
  properties: {
    ...tenantColumns(),
    level: p.string().length(16),
    levelId: p.string().length(64),
    metric: p.string().length(16),
    limit: p.bigint('number'),
    windowMs: p.integer(),
    // JSON arrays.
    models: p.text(),
    providers: p.text(),
  },
});

/** What a level may use in a window. */
export class RateLimitRow extends schema.class {}
schema.setClass(RateLimitRow);
