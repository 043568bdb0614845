import { LEVELS, type Level } from '../contract/level.types.js';
import { CUSTOMER, ORGANIZATION, PROJECT, TEAM, USER, VIRTUAL_KEY } from './kinds.js';
import type { TenantRow } from './tenant-columns.js';
import type { TenantReader } from './tenant-session.js';

/** An entity that may have budgets and limits. */
export type LevelRow = TenantRow & { name: string };

export function isLevel(text: string): text is Level {
  return LEVELS.some((level) => level === text);
}

/** @throws GatewayError `not_found` (404) */
export function levelRow(reader: TenantReader, level: Level, id: string, param: string | null): Promise<LevelRow> {
  switch (level) {
    case 'organization':
      return reader.get(ORGANIZATION, id, param);
    case 'customer':
      return reader.get(CUSTOMER, id, param);
    case 'team':
      return reader.get(TEAM, id, param);
    case 'project':
      return reader.get(PROJECT, id, param);
    case 'user':
      return reader.get(USER, id, param);
    case 'virtual_key':
      return reader.get(VIRTUAL_KEY, id, param);
  }
}
