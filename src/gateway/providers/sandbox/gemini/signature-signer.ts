import { createHmac, randomBytes } from 'node:crypto';

/** What Google documents for a call whose signature nobody has. */
const SKIP = 'skip_thought_signature_validator';

/** Signatures of calls: opaque, bound to the function, and known again only by the process that gave them. */
export class SignatureSigner {
  private readonly secret = randomBytes(32);

  sign(name: string): string {
    const mark = randomBytes(9).toString('base64');
    return Buffer.from(`${mark}.${this.seal(`${mark} ${name}`)}`).toString('base64');
  }

  isValid(signature: string, name: string): boolean {
    if (signature === SKIP) return true;
    const [mark = '', seal] = Buffer.from(signature, 'base64').toString('utf8').split('.');
    return seal === this.seal(`${mark} ${name}`);
  }

  private seal(text: string): string {
    return createHmac('sha256', this.secret).update(text).digest('base64');
  }
}
