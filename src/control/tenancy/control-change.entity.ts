import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'ControlChangeRow',
  tableName: 'control_changes',
  properties: {
    version: p.bigint('number').primary(),
    kind: p.string().length(32).primary(),
    entityId: p.string().length(130).primary().name('id'),
    organizationId: p.string().length(64),
  },
});

/** What a version changed; whoever has a copy in memory reads these rows to follow. */
export class ControlChangeRow extends schema.class {}
schema.setClass(ControlChangeRow);
