import { defineEntity, p } from '@mikro-orm/core';
import { tenantColumns, tenantFilter } from '../tenancy/tenant-columns.js';

const schema = defineEntity({
  name: 'UserRow',
  tableName: 'users',
  filters: tenantFilter(),
  indexes: [{ properties: ['organizationId', 'createdAt'] }],
  uniques: [{ properties: ['organizationId', 'email'] }],
  properties: {
    ...tenantColumns(),
    name: p.string().length(200),
    email: p.string().length(320),
    externalId: p.string().length(200).nullable(),
  },
});

/** A person who calls models. */
export class UserRow extends schema.class {}
schema.setClass(UserRow);
