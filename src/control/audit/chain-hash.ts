import { createHash } from 'node:crypto';

/** Form of what is hashed; another form gets another number. */
export const CHAIN_VERSION = 1;
/** The chain of what belongs to no organisation. */
export const PLATFORM_CHAIN = 'platform';
/** What the first row of a chain has in the place of the hash before it. */
export const GENESIS = '0'.repeat(64);

/** Where a row stands in its chain. */
export interface Link {
  readonly chain: string;
  readonly seq: number;
  /** Hash of the row before. */
  readonly prev: string;
}

/** SHA-256 of a row, in hex. @param event in the form of RFC 8785 */
export function rowHash({ chain, seq, prev }: Link, event: string): string {
  return createHash('sha256').update(`${CHAIN_VERSION}|${chain}|${seq}|${prev}|${event}`).digest('hex');
}

/** The chain that an organisation's events are in; null for the installation's. */
export function chainOf(organizationId: string | null): string {
  return organizationId ?? PLATFORM_CHAIN;
}
