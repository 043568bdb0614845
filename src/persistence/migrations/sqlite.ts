import type { MigrationObject } from '@mikro-orm/core';
import { Responses20261122203236 } from './sqlite/20261122203236-responses.js';
import { GovernanceEntities20261122235102 } from './sqlite/20261122235102-governance-entities.js';

// Written by tools/migrations.mjs.
export const SQLITE_MIGRATIONS: MigrationObject[] = [
  { name: '20261122203236-responses', class: Responses20261122203236 },
  { name: '20261122235102-governance-entities', class: GovernanceEntities20261122235102 },
];
