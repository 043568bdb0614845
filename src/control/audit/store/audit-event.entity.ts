import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'AuditEventRow',
  tableName: 'audit_events',
  properties: {
    id: p.string().length(64).primary(),
    chain: p.string().length(64),
    seq: p.integer(),
    organizationId: p.string().length(64).nullable().index(),
    prev: p.string().length(64),
    hash: p.string().length(64),
    // The event in canonical form, which is hashed and shown. The columns below only find it.
    event: p.text(),
    time: p.datetime(3),
    actorId: p.string().length(64).nullable().index(),
    action: p.string().length(64),
    // ` id id `, so that one is found between blanks.
    targets: p.text(),
  },
  indexes: [{ properties: ['time', 'id'] }],
  uniques: [{ properties: ['chain', 'seq'] }],
});

/** What administrators did, each row bound to the one before it in its chain. Rows are added, and never changed. */
export class AuditEventRow extends schema.class {}
schema.setClass(AuditEventRow);
