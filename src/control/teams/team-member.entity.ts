import { defineEntity, p } from '@mikro-orm/core';
import { tenantColumns, tenantFilter } from '../tenancy/tenant-columns.js';

const schema = defineEntity({
  name: 'TeamMemberRow',
  tableName: 'team_members',
  filters: tenantFilter(),
  indexes: [{ properties: ['organizationId', 'createdAt'] }, { properties: ['teamId'] }],
  properties: {
    ...tenantColumns(),
    // Longer than other ids.
    id: p.string().length(130).primary(),
    teamId: p.string().length(64),
    userId: p.string().length(64).index(),
  },
});

/** That a user belongs to a team; its id is made of both. */
export class TeamMemberRow extends schema.class {}
schema.setClass(TeamMemberRow);
