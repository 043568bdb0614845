import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * HMAC with SHA-256 (RFC 2104) for many short texts and one secret: each request's key is hashed. `createHmac` makes an
 * object of the crypto library each time, which costs five times as much as the hashes themselves under load.
 */
export class HmacSha256 {
  private readonly innerPad: Buffer;
  private readonly outer: Buffer;

  constructor(secret: string) {
    const bytes = Buffer.from(secret);
    const key = Buffer.alloc(BLOCK_BYTES);
    key.set(bytes.length > BLOCK_BYTES ? hash('sha256', bytes, 'buffer') : bytes);
    this.innerPad = Buffer.from(key.map((byte) => byte ^ INNER_PAD));
    this.outer = Buffer.concat([key.map((byte) => byte ^ OUTER_PAD), Buffer.alloc(DIGEST_BYTES)]);
  }

  digest(text: string): Buffer {
    const inner = Buffer.concat([this.innerPad, Buffer.from(text)]);
    this.outer.set(hash('sha256', inner, 'buffer'), BLOCK_BYTES);
    return hash('sha256', this.outer, 'buffer');
  }
}
