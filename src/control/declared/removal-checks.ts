import type { EntityManager } from '@mikro-orm/sql';
import { LEVELS, type Level } from '../contract/level.types.js';
import type { DeclarationProblem } from './declaration-error.js';
import type { Plan } from './difference.js';
import type { StoredItem } from './item.types.js';
import { chunks, marks } from './statements.js';

/** A table whose rows of the API may be below a level, and the column that says so. */
interface Below {
  readonly what: string;
  readonly table: string;
  readonly column: string;
  /** Which of its rows count; without it: those of the API. */
  readonly where?: string;
}

const LIVE_KEYS = "managed_by = 'api' and status <> 'revoked'";
/** Columns that came later are null in older rows, which are the API's. */
const API_OR_OLDER = "coalesce(managed_by, 'api') = 'api'";

const TERMS: readonly Below[] = [
  { what: 'budget', table: 'budgets', column: 'level_id' },
  { what: 'rate limit', table: 'rate_limits', column: 'level_id' },
  { what: 'policy', table: 'policies', column: 'scope_id' },
];
const key = (column: string): Below => ({ what: 'virtual key', table: 'virtual_keys', column, where: LIVE_KEYS });

const BELOW: Readonly<Record<Exclude<Level, 'virtual_key'>, readonly Below[]>> = {
  organization: [
    { what: 'customer', table: 'customers', column: 'organization_id' },
    { what: 'team', table: 'teams', column: 'organization_id' },
    { what: 'project', table: 'projects', column: 'organization_id' },
    { what: 'user', table: 'users', column: 'organization_id' },
    key('organization_id'),
    { what: 'role', table: 'roles', column: 'organization_id', where: API_OR_OLDER },
    { what: 'price override', table: 'price_overrides', column: 'organization_id', where: API_OR_OLDER },
    { what: 'admin token', table: 'admin_tokens', column: 'organization_id', where: 'revoked_at is null' },
  ],
  customer: [
    { what: 'team', table: 'teams', column: 'customer_id' },
    { what: 'project', table: 'projects', column: 'customer_id' },
    key('customer_id'),
  ],
  team: [{ what: 'project', table: 'projects', column: 'team_id' }, key('team_id')],
  project: [key('project_id')],
  user: [key('user_id')],
};

/** What the API made below something that the file declares no more: it is never removed with it. */
export async function blockedRemovals(em: EntityManager, { deletes }: Plan): Promise<DeclarationProblem[]> {
  const problems: DeclarationProblem[] = [];
  for (const level of LEVELS) {
    if (level === 'virtual_key') continue;
    const going = deletes.filter(({ kind }) => kind === level);
    for (const part of chunks(going)) {
      for (const below of [...BELOW[level], ...TERMS]) problems.push(...(await blocked(em, part, below)));
    }
  }
  for (const part of chunks(deletes.filter(({ kind }) => kind === 'role'))) {
    const tokens = { what: 'admin token', table: 'admin_tokens', column: 'role_id', where: 'revoked_at is null' };
    problems.push(...(await blocked(em, part, tokens)));
  }
  return problems;
}

async function blocked(em: EntityManager, items: readonly StoredItem[], below: Below): Promise<DeclarationProblem[]> {
  const ids = items.map(({ id }) => id);
  const { table, column, where = "managed_by = 'api'", what } = below;
  const rows = await em.execute<Array<{ id: string; amount: number | string; example: string }>>(
    `select ${column} as id, count(*) as amount, min(id) as example from ${table} where ${where} and ${column} in (${marks(ids)}) group by ${column}`,
    ids,
  );
  return rows.flatMap((row) => {
    const item = items.find(({ id }) => id === row.id);
    if (!item) return [];
    const count = Number(row.amount);
    const list = `${count} ${what}${count === 1 ? '' : 's'} of the API (${row.example}${count === 1 ? '' : ', …'})`;
    return [
      {
        address: item.address,
        message: `is not declared any more, and cannot be removed: ${list} belong${count === 1 ? 's' : ''} to it. Remove these first, or declare it again`,
      },
    ];
  });
}
