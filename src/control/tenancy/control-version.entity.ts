import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'ControlVersionRow',
  tableName: 'control_version',
  properties: {
    id: p.integer().primary().autoincrement(false),
    version: p.bigint('number'),
  },
});

/** One row. Every governance write raises it first, so that such writes happen one after the other. */
export class ControlVersionRow extends schema.class {}
schema.setClass(ControlVersionRow);
