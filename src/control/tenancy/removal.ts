import type { FilterQuery } from '@mikro-orm/core';
import type { Resource } from '../../common/access/access.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { Level } from '../contract/level.types.js';
import { assertOwnedByApi } from './admin-scope.js';
import {
  BUDGET,
  CUSTOMER,
  KEY_SECRET,
  type Kind,
  PROJECT,
  RATE_LIMIT,
  TEAM,
  TEAM_MEMBER,
  USER,
  VIRTUAL_KEY,
} from './kinds.js';
import type { LevelRow } from './levels.js';
import type { TenantRow } from './tenant-columns.js';
import type { TenantSession } from './tenant-session.js';

/** Something that goes with its parent. */
interface Doomed {
  readonly kind: string;
  readonly level: Level;
  readonly resource: Resource;
  readonly row: LevelRow;
  readonly remove: () => void;
}

export interface RemovalRules {
  /** Whether what is below goes too. */
  readonly cascade: boolean;
  /** Is asked for each resource that something is removed of. */
  readonly allow: (resource: Resource) => void;
}

/**
 * Removes an entity with its budgets, limits, secrets and memberships.
 * @returns ids of the keys that are gone
 * @throws GatewayError `conflict` (409) that says what is below, unless it is to go too
 */
export async function removeLevel<T extends LevelRow>(
  session: TenantSession,
  kind: Kind<T>,
  level: Level,
  row: T,
  rules: RemovalRules,
): Promise<string[]> {
  const below = await allBelow(session, level, row.id);
  if (below.size > 0 && !rules.cascade) throw stillNeeded(row.name, [...below.values()]);
  const doomed = [doom(session, kind, level, row), ...below.values()];
  for (const one of doomed) {
    rules.allow(one.resource);
    assertOwnedByApi(one.row, `The ${one.kind.replaceAll('_', ' ')} '${one.row.name}'`);
  }
  await removeTerms(session, doomed, rules);
  for (const one of doomed) one.remove();
  return doomed.filter((one) => one.level === 'virtual_key').map((one) => one.row.id);
}

function doom<T extends LevelRow>(session: TenantSession, kind: Kind<T>, level: Level, row: T): Doomed {
  return { kind: kind.name, level, resource: kind.resource, row, remove: () => session.remove(kind, row) };
}

/** What only makes sense together with an entity that is removed. */
async function removeTerms(session: TenantSession, doomed: readonly Doomed[], rules: RemovalRules): Promise<void> {
  const ids = doomed.map(({ row }) => row.id);
  const removeAll = async <T extends TenantRow>(
    kind: Kind<T>,
    own: FilterQuery<T>,
    demanded: boolean,
  ): Promise<void> => {
    const rows = await session.all(kind, own);
    if (rows.length > 0 && demanded) rules.allow(kind.resource);
    for (const row of rows) session.remove(kind, row);
  };
  for (let from = 0; from < ids.length; from += CHUNK) {
    const $in = ids.slice(from, from + CHUNK);
    await removeAll(BUDGET, { levelId: { $in } }, true);
    await removeAll(RATE_LIMIT, { levelId: { $in } }, true);
    await removeAll(KEY_SECRET, { keyId: { $in } }, false);
    await removeAll(TEAM_MEMBER, { $or: [{ teamId: { $in } }, { userId: { $in } }] }, false);
  }
}

/** Ids of one statement; both engines limit its parameters. */
const CHUNK = 1_000;

/** All levels below one, each once, by id. */
async function allBelow(session: TenantSession, level: Level, id: string): Promise<Map<string, Doomed>> {
  const found = new Map<string, Doomed>();
  const open: Array<{ level: Level; id: string }> = [{ level, id }];
  for (let next = open.pop(); next; next = open.pop()) {
    for (const child of await childrenOf(session, next.level, next.id)) {
      if (found.has(child.row.id)) continue;
      found.set(child.row.id, child);
      if (child.level !== 'virtual_key') open.push({ level: child.level, id: child.row.id });
    }
  }
  return found;
}

async function childrenOf(session: TenantSession, level: Level, id: string): Promise<Doomed[]> {
  const take = async <T extends LevelRow>(kind: Kind<T>, of: Level, own: FilterQuery<T>): Promise<Doomed[]> =>
    (await session.all(kind, own)).map((row) => doom(session, kind, of, row));
  switch (level) {
    case 'organization': {
      const own = { organizationId: id };
      return [
        ...(await take(CUSTOMER, 'customer', own)),
        ...(await take(TEAM, 'team', own)),
        ...(await take(PROJECT, 'project', own)),
        ...(await take(USER, 'user', own)),
        ...(await take(VIRTUAL_KEY, 'virtual_key', own)),
      ];
    }
    case 'customer':
      return [
        ...(await take(TEAM, 'team', { customerId: id })),
        ...(await take(PROJECT, 'project', { customerId: id })),
        ...(await take(VIRTUAL_KEY, 'virtual_key', { customerId: id })),
      ];
    case 'team':
      return [
        ...(await take(PROJECT, 'project', { teamId: id })),
        ...(await take(VIRTUAL_KEY, 'virtual_key', { teamId: id })),
      ];
    case 'project':
      return take(VIRTUAL_KEY, 'virtual_key', { projectId: id });
    case 'user':
      return take(VIRTUAL_KEY, 'virtual_key', { userId: id });
    default:
      return [];
  }
}

function stillNeeded(name: string, below: readonly Doomed[]): GatewayError {
  const counts = new Map<string, number>();
  for (const { kind } of below) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const list = [...counts].map(([kind, count]) => `${count} ${kind.replaceAll('_', ' ')}${count === 1 ? '' : 's'}`);
  return new GatewayError(
    'conflict',
    `'${name}' still has ${list.join(', ')} below it. Remove these first, or send ?cascade=true to remove all of it.`,
  );
}
