import { defineEntity, p } from '@mikro-orm/core';
import { tenantColumns, tenantFilter } from '../tenancy/tenant-columns.js';

const schema = defineEntity({
  name: 'CustomerRow',
  tableName: 'customers',
  filters: tenantFilter(),
  indexes: [{ properties: ['organizationId', 'createdAt'] }],
  properties: {
    ...tenantColumns(),
    name: p.string().length(200),
    externalId: p.string().length(200).nullable(),
  },
});

/** Somebody whom an organisation works for. */
export class CustomerRow extends schema.class {}
schema.setClass(CustomerRow);
