import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'PolicyRow',
  tableName: 'policies',
  indexes: [{ properties: ['organizationId', 'createdAt', 'id'] }],
  properties: {
    id: p.string().length(64).primary(),
    organizationId: p.string().length(64).nullable(),
    name: p.string().length(200),
    description: p.text(),
    expression: p.text(),
    effect: p.string().length(16),
    targetModel: p.string().length(256).nullable(),
    // JSON as text: neither engine has to look into it.
    caps: p.text(),
    message: p.text().nullable(),
    scope: p.string().length(16),
    scopeId: p.string().length(64).nullable(),
    priority: p.integer(),
    enabled: p.boolean(),
    dryRun: p.boolean(),
    models: p.text(),
    managedBy: p.string().length(8),
    // Where the file declares it.
    declaredKey: p.string().length(500).nullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** A rule as it lies in the database: `PolicyRule` says what the columns mean. */
export class PolicyRow extends schema.class {}
schema.setClass(PolicyRow);
