import { Migration } from '@mikro-orm/migrations';
import { type TenantRights, tenantRowLevelSecurity } from '../../row-level-security.js';

const TABLES: Readonly<Record<string, TenantRights>> = {
  policies: { may: 'write' },
  admin_tokens: { may: 'write' },
  roles: { may: 'write', common: true },
  // Whoever is billed sets no price, and keeps no books.
  price_overrides: { may: 'read' },
  usage_records: { may: 'read' },
  budget_balances: { may: 'read' },
  outbox: { may: 'read' },
  responses: { may: 'write', column: 'scope' },
  response_events: { may: 'write', column: 'scope' },
  response_items: { may: 'write', column: 'scope' },
};

export class RowLevelSecurity20261123030500 extends Migration {
  override up(): void {
    for (const [table, rights] of Object.entries(TABLES)) {
      for (const sql of tenantRowLevelSecurity(table, rights)) this.addSql(sql);
    }
  }

  override down(): void {
    for (const table of Object.keys(TABLES)) {
      for (const policy of ['gateway', 'tenant', 'common'])
        this.addSql(`drop policy if exists "${policy}" on "${table}"`);
      this.addSql(`alter table "${table}" no force row level security`);
      this.addSql(`alter table "${table}" disable row level security`);
    }
  }
}
