import type { MigrationObject } from '@mikro-orm/core';
import { Responses20261122203236 } from './postgresql/20261122203236-responses.js';
import { GovernanceEntities20261122235102 } from './postgresql/20261122235102-governance-entities.js';
import { GovernanceRowLevelSecurity20261122235103 } from './postgresql/20261122235103-governance-row-level-security.js';
import { Usage20261122235118 } from './postgresql/20261122235118-usage.js';
import { Policies20261122235912 } from './postgresql/20261122235912-policies.js';
import { Administrators20261123000228 } from './postgresql/20261123000228-administrators.js';
import { PriceOverrides20261123000706 } from './postgresql/20261123000706-price-overrides.js';
import { Declared20261123010339 } from './postgresql/20261123010339-declared.js';
import { RowLevelSecurity20261123030500 } from './postgresql/20261123030500-row-level-security.js';
import { Audit20261123041512 } from './postgresql/20261123041512-audit.js';

// Written by tools/migrations.mjs.
export const POSTGRESQL_MIGRATIONS: MigrationObject[] = [
  { name: '20261122203236-responses', class: Responses20261122203236 },
  { name: '20261122235102-governance-entities', class: GovernanceEntities20261122235102 },
  { name: '20261122235103-governance-row-level-security', class: GovernanceRowLevelSecurity20261122235103 },
  { name: '20261122235118-usage', class: Usage20261122235118 },
  { name: '20261122235912-policies', class: Policies20261122235912 },
  { name: '20261123000228-administrators', class: Administrators20261123000228 },
  { name: '20261123000706-price-overrides', class: PriceOverrides20261123000706 },
  { name: '20261123010339-declared', class: Declared20261123010339 },
  { name: '20261123030500-row-level-security', class: RowLevelSecurity20261123030500 },
  { name: '20261123041512-audit', class: Audit20261123041512 },
];
