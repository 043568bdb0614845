import { LEVELS, type Level } from '../contract/level.types.js';
import { CUSTOMER, type Kind, ORGANIZATION, PROJECT, TEAM, USER, VIRTUAL_KEY } from './kinds.js';
import type { TenantRow } from './tenant-columns.js';
import type { TenantReader } from './tenant-session.js';

/** An entity that may have budgets and limits. */
export type LevelRow = TenantRow & { name: string };

export function isLevel(text: string): text is Level {
  return LEVELS.some((level) => level === text);
}

/** Does something with the kind of a level, whichever it is. */
export function withLevel<R>(level: Level, use: <T extends LevelRow>(kind: Kind<T>) => R): R {
  switch (level) {
    case 'organization':
      return use(ORGANIZATION);
    case 'customer':
      return use(CUSTOMER);
    case 'team':
      return use(TEAM);
    case 'project':
      return use(PROJECT);
    case 'user':
      return use(USER);
    default:
      return use(VIRTUAL_KEY);
  }
}

/** @throws GatewayError `not_found` (404) */
export function levelRow(reader: TenantReader, level: Level, id: string, param: string | null): Promise<LevelRow> {
  return withLevel(level, (kind) => reader.get(kind, id, param));
}
