import { defineEntity, p } from '@mikro-orm/core';
import { tenantColumns, tenantFilter } from '../tenancy/tenant-columns.js';

const schema = defineEntity({
  name: 'VirtualKeyRow',
  tableName: 'virtual_keys',
  filters: tenantFilter(),
  indexes: [{ properties: ['organizationId', 'createdAt'] }],
  properties: {
    ...tenantColumns(),
    name: p.string().length(200),
    description: p.string().length(1000).nullable(),
    customerId: p.string().length(64).nullable().index(),
    teamId: p.string().length(64).nullable().index(),
    projectId: p.string().length(64).nullable().index(),
    userId: p.string().length(64).nullable().index(),
    // `active`, `disabled` or `revoked`.
    status: p.string().length(16),
    expiresAt: p.datetime(3).nullable(),
    revokedAt: p.datetime(3).nullable(),
    // What it may do, as JSON with its members in one order: keys with the same terms have the same text.
    terms: p.text(),
  },
});

/** A virtual key without its secrets; `KeyTerms` says what `terms` holds. */
export class VirtualKeyRow extends schema.class {}
schema.setClass(VirtualKeyRow);
