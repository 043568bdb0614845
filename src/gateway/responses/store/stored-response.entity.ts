import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'StoredResponseRow',
  tableName: 'responses',
  properties: {
    scope: p.string().length(200).primary(),
    id: p.string().length(200).primary(),
    status: p.string().length(16),
    background: p.boolean(),
    previousId: p.string().length(200).nullable(),
    // Text, not JSON: PostgreSQL's jsonb would put the keys in another order.
    body: p.text(),
    input: p.text().nullable(),
    createdAt: p.datetime(3),
    expiresAt: p.datetime(3).index(),
    leaseOwner: p.string().length(64).nullable(),
    leaseUntil: p.datetime(3).nullable().index(),
  },
});

/** A response as it lies in the database: `StoredResponse` and `Lease` say what the columns mean. */
export class StoredResponseRow extends schema.class {}
schema.setClass(StoredResponseRow);
