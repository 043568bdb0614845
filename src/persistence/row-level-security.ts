import type { EntityManager } from '@mikro-orm/sql';

/** Setting of a PostgreSQL transaction that says whose rows it may see and write: an organisation's id, or `*`. */
export const TENANT_SETTING = 'asbru.organization';
/** The same for what callers have stored, of whom nobody sees another's. */
export const CALLER_SETTING = 'asbru.caller';
/** Stands for all organisations, and for what belongs to none. */
const EVERYTHING = '*';

/** Whose rows a piece of work sees. `all` is for the gateway's own work, and administrators of the installation. */
export type RowScope = { readonly organizationId: string } | { readonly caller: string } | 'all';

/** As a tenant is written elsewhere: null for the whole installation. */
export function rowsOfTenant(organizationId: string | null): RowScope {
  return organizationId === null ? 'all' : { organizationId };
}

/** Tells row-level security of PostgreSQL whose rows the transaction under way may see and write. */
export async function enterRows(em: EntityManager, rows: RowScope): Promise<void> {
  const [setting, value] =
    rows === 'all'
      ? [TENANT_SETTING, EVERYTHING]
      : 'caller' in rows
        ? [CALLER_SETTING, rows.caller]
        : [TENANT_SETTING, rows.organizationId];
  await em.execute('select set_config(?, ?, true)', [setting, value]);
}

/** The role of a connection, when row-level security does not hold for it. */
export async function unboundRole(em: EntityManager): Promise<string | undefined> {
  const [role] = await em.execute<Array<{ rolname: string }>>(
    'select rolname from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)',
  );
  return role?.rolname;
}

/**
 * Statements that close a table of PostgreSQL to whoever has not said whose rows he wants, its owner included (not to
 * superusers). For a migration of PostgreSQL alone; the table has `organization_id`. A later migration that reads or
 * writes rows has to set `asbru.organization` to `*` first.
 */
export function rowLevelSecurity(table: string): string[] {
  const own = `current_setting('${TENANT_SETTING}', true) in ('*', "organization_id")`;
  return [...closed(table), `create policy "tenant" on "${table}" using (${own}) with check (${own})`];
}

/** What a tenant may do with the rows of a table: those of an organisation, or, by another column, those of a caller. */
export interface TenantRights {
  readonly may: 'read' | 'write';
  /** What belongs to the whole installation is read by all tenants. */
  readonly common?: boolean;
  readonly column?: 'organization_id' | 'scope';
}

/**
 * As `rowLevelSecurity`, for tables that the gateway writes for all tenants at once: settings are read once for each
 * statement, not for each of its rows, and tenants may be given less than all.
 */
export function tenantRowLevelSecurity(
  table: string,
  { may, common = false, column = 'organization_id' }: TenantRights,
): string[] {
  const all = `${settingOnce(TENANT_SETTING)} = '${EVERYTHING}'`;
  const own = `"${column}" = ${settingOnce(column === 'scope' ? CALLER_SETTING : TENANT_SETTING)}`;
  return [
    ...closed(table),
    `create policy "gateway" on "${table}" using (${all}) with check (${all})`,
    may === 'write'
      ? `create policy "tenant" on "${table}" using (${own}) with check (${own})`
      : `create policy "tenant" on "${table}" for select using (${own})`,
    ...(common
      ? [
          `create policy "common" on "${table}" for select using ("${column}" is null and ${settingOnce(TENANT_SETTING)} <> '')`,
        ]
      : []),
  ];
}

/**
 * For a table that only grows: the gateway's own work adds rows and reads all, tenants read theirs, and nobody changes or
 * deletes one.
 */
export function appendOnlyRowLevelSecurity(table: string): string[] {
  const all = `${settingOnce(TENANT_SETTING)} = '${EVERYTHING}'`;
  return [
    ...closed(table),
    `create policy "gateway" on "${table}" for select using (${all})`,
    `create policy "gateway_adds" on "${table}" for insert with check (${all})`,
    `create policy "tenant" on "${table}" for select using ("organization_id" = ${settingOnce(TENANT_SETTING)})`,
  ];
}

/** A sub-select is evaluated once for a statement; the bare function would be for every row of a report. */
const settingOnce = (name: string): string => `(select current_setting('${name}', true))`;

function closed(table: string): string[] {
  return [`alter table "${table}" enable row level security`, `alter table "${table}" force row level security`];
}
