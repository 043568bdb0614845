import { createHash, createHmac } from 'node:crypto';
import { type KeyDigest, KeyHasher } from './key-hasher.port.js';

/** Characters of a secret's name. */
const ID_LENGTH = 16;

interface Pepper {
  readonly secret: string;
  readonly id: string;
}

/** Keyed hashes: who has the database alone can neither find a key nor try guesses. */
export class HmacKeyHasher extends KeyHasher {
  private readonly newest: Pepper;
  private readonly peppers: readonly Pepper[];

  /** @param secrets at least one, the newest first */
  constructor(secrets: readonly string[]) {
    super();
    this.peppers = secrets.map((secret) => ({ secret, id: nameOf(secret) }));
    const [newest] = this.peppers;
    if (!newest) throw new Error('There is no secret to hash keys with.');
    this.newest = newest;
  }

  override hash(text: string): KeyDigest {
    return digestOf(text, this.newest);
  }

  override candidates(text: string): readonly KeyDigest[] {
    return this.peppers.map((pepper) => digestOf(text, pepper));
  }
}

function digestOf(text: string, { secret, id }: Pepper): KeyDigest {
  return { digest: createHmac('sha256', secret).update(text).digest('hex'), pepperId: id };
}

/** A hash of its own kind, so that it is no digest of any key. */
function nameOf(secret: string): string {
  return createHash('sha256').update(`asbru-pepper:${secret}`).digest('hex').slice(0, ID_LENGTH);
}
