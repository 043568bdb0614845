import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'OutboxRow',
  tableName: 'outbox',
  properties: {
    id: p.text().primary(),
    organizationId: p.text(),
    /** `usage.recorded`, `usage.corrected`. */
    kind: p.text(),
    /** Id of the row that it is about. */
    reference: p.text(),
    createdAt: p.datetime(3).index(),
  },
});

/** What exporters have to be told, written in the transaction that made it true. */
export class OutboxRow extends schema.class {}
schema.setClass(OutboxRow);
