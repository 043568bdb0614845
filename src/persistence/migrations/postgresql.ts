import type { MigrationObject } from '@mikro-orm/core';
import { Responses20261122203236 } from './postgresql/20261122203236-responses.js';
import { PriceOverrides20261123000706 } from './postgresql/20261123000706-price-overrides.js';

// Written by tools/migrations.mjs.
export const POSTGRESQL_MIGRATIONS: MigrationObject[] = [
  { name: '20261122203236-responses', class: Responses20261122203236 },
  { name: '20261123000706-price-overrides', class: PriceOverrides20261123000706 },
];
