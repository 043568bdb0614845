import { createHash } from 'node:crypto';
import type { Level } from '../contract/level.types.js';

/** What the file calls the list that a level stands in. */
export const GROUPS: Readonly<Record<Level, string>> = {
  organization: 'organizations',
  customer: 'customers',
  team: 'teams',
  project: 'projects',
  user: 'users',
  virtual_key: 'virtual_keys',
};

/** Longest name of a budget or limit: the column has 200. */
const LONGEST_KEY = 190;
const HASH_LENGTH = 16;

/** Address of a level. Names of the file have no slash. */
export function levelAddress(level: Level, key: string, organization: string | null): string {
  return organization === null ? `${GROUPS[level]}/${key}` : `${organization}/${GROUPS[level]}/${key}`;
}

/** Address of something that belongs to an organisation, a level or (null) the installation. */
export function partAddress(of: string | null, group: string, key: string): string {
  return of === null ? `${group}/${key}` : `${of}/${group}/${key}`;
}

/** The last part of an address. */
export function lastOf(address: string): string {
  return address.slice(address.lastIndexOf('/') + 1);
}

/** Names things that have none, or the same one, by their order: `name`, `name#2`. */
export class Numbering {
  private readonly counts = new Map<string, number>();

  next(name: string): string {
    const short = shortened(name);
    const count = (this.counts.get(short) ?? 0) + 1;
    this.counts.set(short, count);
    return count === 1 ? short : `${short}#${count}`;
  }
}

function shortened(name: string): string {
  if (name.length <= LONGEST_KEY) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH);
  return `${name.slice(0, LONGEST_KEY - HASH_LENGTH - 1)}~${hash}`;
}
