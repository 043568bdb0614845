import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'StoredEventsRow',
  tableName: 'response_events',
  properties: {
    scope: p.string().length(200).primary(),
    responseId: p.string().length(200).primary(),
    first: p.integer().primary(),
    last: p.integer(),
    frames: p.blob(),
    expiresAt: p.datetime(3).index(),
  },
});

/** A run of a response's events, `first` to `last`: server-sent events as they went out, deflated. */
export class StoredEventsRow extends schema.class {}
schema.setClass(StoredEventsRow);
