import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'AuditChainRow',
  tableName: 'audit_chains',
  properties: {
    chain: p.string().length(64).primary(),
    organizationId: p.string().length(64).nullable().index(),
    seq: p.integer(),
    hash: p.string().length(64),
    updatedAt: p.datetime(3),
  },
});

/** The head of a chain: its row is the lock of whoever adds to it. */
export class AuditChainRow extends schema.class {}
schema.setClass(AuditChainRow);
