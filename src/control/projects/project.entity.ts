import { defineEntity, p } from '@mikro-orm/core';
import { tenantColumns, tenantFilter } from '../tenancy/tenant-columns.js';

const schema = defineEntity({
  name: 'ProjectRow',
  tableName: 'projects',
  filters: tenantFilter(),
  indexes: [{ properties: ['organizationId', 'createdAt'] }],
  properties: {
    ...tenantColumns(),
    name: p.string().length(200),
    externalId: p.string().length(200).nullable(),
    teamId: p.string().length(64).nullable().index(),
    customerId: p.string().length(64).nullable().index(),
  },
});

/** What a team works on. */
export class ProjectRow extends schema.class {}
schema.setClass(ProjectRow);
