import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'AdminTokenRow',
  tableName: 'admin_tokens',
  properties: {
    id: p.string().length(40).primary(),
    organizationId: p.string().length(64).nullable().index(),
    name: p.string().length(100),
    prefix: p.string().length(32),
    digest: p.string().length(64).unique(),
    pepperId: p.string().length(32),
    roleId: p.string().length(40).nullable(),
    // Text, not JSON: one form on both engines.
    permissions: p.text().nullable(),
    expiresAt: p.datetime(3).nullable(),
    lastUsedAt: p.datetime(3).nullable(),
    createdBy: p.string().length(40),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
    revokedAt: p.datetime(3).nullable(),
    revokedBy: p.string().length(40).nullable(),
  },
  indexes: [{ properties: ['createdAt', 'id'] }],
});

/** An administrator's token as it lies in the database: `AdminToken` says what the columns mean. */
export class AdminTokenRow extends schema.class {}
schema.setClass(AdminTokenRow);
