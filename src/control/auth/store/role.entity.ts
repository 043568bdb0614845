import { defineEntity, p } from '@mikro-orm/core';

const schema = defineEntity({
  name: 'RoleRow',
  tableName: 'roles',
  properties: {
    id: p.string().length(40).primary(),
    organizationId: p.string().length(64).nullable().index(),
    name: p.string().length(100),
    description: p.string().length(500).nullable(),
    // Text, not JSON: one form on both engines.
    permissions: p.text(),
    createdBy: p.string().length(40),
    // Null counts as the API's: rows of before had no such column.
    managedBy: p.string().length(8).nullable(),
    // Where the file declares it.
    declaredKey: p.string().length(500).nullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** A custom role as it lies in the database: `Role` says what the columns mean. */
export class RoleRow extends schema.class {}
schema.setClass(RoleRow);
