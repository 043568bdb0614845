import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'PriceVersionRow',
  tableName: 'price_versions',
  properties: {
    /** Always `overrides`. */
    id: p.string().length(16).primary(),
    version: p.integer(),
  },
});

/** A number that grows with each change of the overrides, so that nodes see in one small row whether there was one. */
export class PriceVersionRow extends schema.class {}
schema.setClass(PriceVersionRow);
