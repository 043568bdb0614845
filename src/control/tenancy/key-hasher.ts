import { createHash } from 'node:crypto';
import { randomText } from './entity-id.js';
import { HmacSha256 } from './hmac-sha256.js';

/** What begins every key of this gateway, and no other's. */
export const OWN_PREFIX = 'sk-asbru-';
/** Without what is easily taken for something else: people read this part to each other. */
const READABLE = 'abcdefghjkmnpqrstuvwxyz23456789';
const READABLE_LENGTH = 8;
/** 40 characters of base58 have 234 bits. */
const RANDOM_LENGTH = 40;
/** No key is longer; nobody makes this gateway hash a book. */
const LONGEST_KEY = 512;
const PEPPER_ID_LENGTH = 16;

export interface HashedKey {
  /** Hexadecimal. */
  readonly digest: string;
  readonly pepperId: string;
}

interface Pepper {
  readonly id: string;
  readonly secret: string;
  readonly hmac: HmacSha256;
}

/**
 * Makes keys, and the keyed hashes that are stored of them: who has the database alone can neither use nor guess one.
 * The newest secret hashes what is new; the others are there until the last key that was hashed with them is gone.
 */
export class KeyHasher {
  private readonly peppers: readonly Pepper[];
  private readonly newest: Pepper;

  /** @param secrets the newest first, at least one */
  constructor(secrets: readonly string[]) {
    this.peppers = secrets.map((secret) => ({ secret, id: pepperIdOf(secret), hmac: new HmacSha256(secret) }));
    const [newest] = this.peppers;
    if (!newest) throw new Error('Keys cannot be hashed without a secret');
    this.newest = newest;
  }

  knows(pepperId: string): boolean {
    return this.peppers.some(({ id }) => id === pepperId);
  }

  get pepperIds(): string[] {
    return this.peppers.map(({ id }) => id);
  }

  /** The secret of a pepper id, for deriving other keys. */
  secretOf(pepperId: string): string | undefined {
    return this.peppers.find(({ id }) => id === pepperId)?.secret;
  }

  hash(key: string): HashedKey {
    return { digest: this.newest.hmac.digest(key).toString('hex'), pepperId: this.newest.id };
  }

  /** What a key would be stored as, by each secret, as binary text. */
  candidates(key: string): string[] {
    if (key.length > LONGEST_KEY) return [];
    return this.peppers.map(({ hmac }) => hmac.digest(key).toString('latin1'));
  }
}

/** A new key, and its part that may be shown. */
export function newKey(): { readonly key: string; readonly prefix: string } {
  const prefix = `${OWN_PREFIX}${randomText(READABLE_LENGTH, READABLE)}`;
  return { key: `${prefix}${randomText(RANDOM_LENGTH)}`, prefix };
}

/** Names a secret without telling it. */
function pepperIdOf(secret: string): string {
  return createHash('sha256').update(`asbru pepper id\n${secret}`).digest('hex').slice(0, PEPPER_ID_LENGTH);
}
