import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'AdminStateRow',
  tableName: 'admin_state',
  properties: {
    id: p.string().length(16).primary(),
    version: p.integer(),
    setupDigest: p.string().length(64).nullable(),
    setupMadeAt: p.datetime(3).nullable(),
  },
});

/**
 * One row: every change of tokens and roles counts `version` up, and so waits for the one before. Nodes look at it to
 * see whether they have to read the rest again.
 */
export class AdminStateRow extends schema.class {}
schema.setClass(AdminStateRow);
