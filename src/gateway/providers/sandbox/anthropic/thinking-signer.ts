import { createHmac, randomBytes } from 'node:crypto';

/** Signs thinking blocks, so that a block that was changed or is another vendor's is known. */
export class ThinkingSigner {
  private readonly secret = randomBytes(32);

  sign(thinking: string): string {
    const nonce = randomBytes(24);
    return Buffer.concat([nonce, this.seal(nonce, thinking)]).toString('base64');
  }

  isOwn(thinking: string, signature: string): boolean {
    const bytes = Buffer.from(signature, 'base64');
    const nonce = bytes.subarray(0, 24);
    return bytes.subarray(24).equals(this.seal(nonce, thinking));
  }

  private seal(nonce: Buffer, thinking: string): Buffer {
    return createHmac('sha256', this.secret).update(nonce).update(thinking).digest();
  }
}
