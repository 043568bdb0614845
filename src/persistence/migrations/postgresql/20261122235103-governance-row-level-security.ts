import { Migration } from '@mikro-orm/migrations';
import { rowLevelSecurity } from '../../row-level-security.js';

const TABLES = [
  'organizations',
  'customers',
  'teams',
  'team_members',
  'projects',
  'users',
  'virtual_keys',
  'virtual_key_secrets',
  'budgets',
  'rate_limits',
  'control_changes',
];

export class GovernanceRowLevelSecurity20261122235103 extends Migration {
  override up(): void {
    for (const sql of TABLES.flatMap(rowLevelSecurity)) this.addSql(sql);
  }

  override down(): void {
    for (const table of TABLES) {
      this.addSql(`drop policy "tenant" on "${table}"`);
      this.addSql(`alter table "${table}" no force row level security`);
      this.addSql(`alter table "${table}" disable row level security`);
    }
  }
}
