import { defineEntity, p } from '@mikro-orm/core';
import { tenantColumns, tenantFilter } from '../tenancy/tenant-columns.js';

const schema = defineEntity({
  name: 'VirtualKeySecretRow',
  tableName: 'virtual_key_secrets',
  filters: tenantFilter(),
  indexes: [{ properties: ['organizationId', 'createdAt'] }],
  properties: {
    ...tenantColumns(),
    keyId: p.string().length(64).index(),
    // HMAC-SHA256 of the secret, in hexadecimal.
    digest: p.string().length(64).unique(),
    pepperId: p.string().length(32),
    prefix: p.string().length(32),
    validUntil: p.datetime(3).nullable(),
  },
});

/** What a caller of a virtual key proves to have; while a rotation lasts a key has two. */
export class VirtualKeySecretRow extends schema.class {}
schema.setClass(VirtualKeySecretRow);
