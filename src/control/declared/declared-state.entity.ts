import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'DeclaredStateRow',
  tableName: 'declared_state',
  properties: {
    /** There is one row. */
    id: p.integer().primary().autoincrement(false),
    version: p.string().length(64),
    revision: p.integer(),
    deployedAt: p.datetime(3),
    appliedAt: p.datetime(3),
    appliedBy: p.string().length(300),
  },
});

/** Which file's section `governance` is in force: its version, when it was deployed, and who applied it when. */
export class DeclaredStateRow extends schema.class {}
schema.setClass(DeclaredStateRow);
