/** Setting of a PostgreSQL transaction that says whose rows it may see and write: an organisation's id, or `*`. */
export const TENANT_SETTING = 'asbru.organization';

/**
 * Statements that close a table of PostgreSQL to whoever has not said whose rows he wants, its owner included (not to
 * superusers). For a migration of PostgreSQL alone; the table has `organization_id`. A later migration that reads or
 * writes rows has to set `asbru.organization` to `*` first.
 */
export function rowLevelSecurity(table: string): string[] {
  const own = `current_setting('${TENANT_SETTING}', true) in ('*', "organization_id")`;
  return [
    `alter table "${table}" enable row level security`,
    `alter table "${table}" force row level security`,
    `create policy "tenant" on "${table}" using (${own}) with check (${own})`,
  ];
}
