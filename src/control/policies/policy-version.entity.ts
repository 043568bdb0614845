import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'PolicyVersionRow',
  tableName: 'policy_versions',
  properties: {
    /** There is one row. */
    id: p.integer().primary().autoincrement(false),
    version: p.bigint('number'),
  },
});

/** Counts the changes of all rules, so that a node sees with one small query whether it has to read them again. */
export class PolicyVersionRow extends schema.class {}
schema.setClass(PolicyVersionRow);
