import type { MigrationObject } from '@mikro-orm/core';
import { Responses20261122203236 } from './postgresql/20261122203236-responses.js';
import { GovernanceEntities20261122235102 } from './postgresql/20261122235102-governance-entities.js';
import { GovernanceRowLevelSecurity20261122235103 } from './postgresql/20261122235103-governance-row-level-security.js';

// Written by tools/migrations.mjs.
export const POSTGRESQL_MIGRATIONS: MigrationObject[] = [
  { name: '20261122203236-responses', class: Responses20261122203236 },
  { name: '20261122235102-governance-entities', class: GovernanceEntities20261122235102 },
  { name: '20261122235103-governance-row-level-security', class: GovernanceRowLevelSecurity20261122235103 },
];
