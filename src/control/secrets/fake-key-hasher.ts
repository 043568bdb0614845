import { createHash } from 'node:crypto';
import { type KeyDigest, KeyHasher } from './key-hasher.port.js';

/** Hashes with secrets that are none. */
export class FakeKeyHasher extends KeyHasher {
  constructor(private readonly names: readonly [string, ...string[]] = ['pepper']) {
    super();
  }

  override hash(text: string): KeyDigest {
    return digestOf(text, this.names[0]);
  }

  override candidates(text: string): readonly KeyDigest[] {
    return this.names.map((name) => digestOf(text, name));
  }
}

function digestOf(text: string, pepperId: string): KeyDigest {
  return { digest: createHash('sha256').update(`${pepperId}:${text}`).digest('hex'), pepperId };
}
