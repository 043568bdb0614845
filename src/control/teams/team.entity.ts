import { defineEntity, p } from '@mikro-orm/core';
import { tenantColumns, tenantFilter } from '../tenancy/tenant-columns.js';

const schema = defineEntity({
  name: 'TeamRow',
  tableName: 'teams',
  filters: tenantFilter(),
  indexes: [{ properties: ['organizationId', 'createdAt'] }],
  properties: {
    ...tenantColumns(),
    name: p.string().length(200),
    externalId: p.string().length(200).nullable(),
    customerId: p.string().length(64).nullable().index(),
  },
});

/** A team of an organisation, perhaps one that works for a customer. */
export class TeamRow extends schema.class {}
schema.setClass(TeamRow);
