import { createHmac } from 'node:crypto';
import { HmacKeyHasher } from './hmac-key-hasher.js';

const OLD = 'the old secret, of 32 characters or more';
const NEW = 'the new secret, of 32 characters or more';

describe('Hashes of keys', () => {
  it('are HMAC-SHA256 with the newest secret', () => {
    const { digest, pepperId } = new HmacKeyHasher([NEW, OLD]).hash('key');
    expect(digest).toBe(createHmac('sha256', NEW).update('key').digest('hex'));
    expect(pepperId).toMatch(/^[\da-f]{16}$/);
    expect(digest).not.toContain(pepperId);
  });

  it('made with an older secret are still found', () => {
    const before = new HmacKeyHasher([OLD]).hash('key');
    const candidates = new HmacKeyHasher([NEW, OLD]).candidates('key');
    expect(candidates).toContainEqual(before);
    expect(candidates[0]).toEqual(new HmacKeyHasher([NEW]).hash('key'));
    expect(new HmacKeyHasher([NEW]).candidates('key')).not.toContainEqual(before);
  });

  it('need a secret', () => {
    expect(() => new HmacKeyHasher([])).toThrow('no secret');
  });
});
