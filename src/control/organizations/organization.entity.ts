import { defineEntity, p } from '@mikro-orm/core';
import { tenantColumns, tenantFilter } from '../tenancy/tenant-columns.js';

const schema = defineEntity({
  name: 'OrganizationRow',
  tableName: 'organizations',
  filters: tenantFilter(),
  indexes: [{ properties: ['organizationId', 'createdAt'] }],
  properties: {
    ...tenantColumns(),
    name: p.string().length(200),
  },
});

/** A tenant; its `organizationId` is its own id. */
export class OrganizationRow extends schema.class {}
schema.setClass(OrganizationRow);
