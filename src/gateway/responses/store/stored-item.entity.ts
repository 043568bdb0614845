import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'StoredItemRow',
  tableName: 'response_items',
  properties: {
    scope: p.string().length(200).primary(),
    itemId: p.string().length(200).primary(),
    responseId: p.string().length(200).primary(),
    expiresAt: p.datetime(3).index(),
  },
});

/** In which response an item is, for references to it. */
export class StoredItemRow extends schema.class {}
schema.setClass(StoredItemRow);
