import type { MigrationObject } from '@mikro-orm/core';
import { Responses20261122203236 } from './sqlite/20261122203236-responses.js';
import { Usage20261122235118 } from './sqlite/20261122235118-usage.js';

// Written by tools/migrations.mjs.
export const SQLITE_MIGRATIONS: MigrationObject[] = [
  { name: '20261122203236-responses', class: Responses20261122203236 },
  { name: '20261122235118-usage', class: Usage20261122235118 },
];
