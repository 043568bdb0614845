import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isRecord } from '../../common/json/is-record.js';
import type { KeyHasher } from './key-hasher.js';

const CIPHER = 'aes-256-gcm';
const TAG_LENGTH = 16;

interface Head {
  readonly magic: string;
  readonly version: number;
  readonly at: number;
  readonly pepperId: string;
  readonly salt: string;
  readonly iv: string;
}

/** What a file of a kind is called, inside and to the derivation of its key. */
export interface SealKind {
  readonly magic: string;
  readonly purpose: string;
}

/** What stands in the file in clear: nobody can change it without being noticed. */
export interface SealedFacts {
  readonly version: number;
  /** When it was written, in milliseconds since the epoch. */
  readonly at: number;
}

/** A file that this installation alone can read, encrypted with a key that is derived from its secret, and whole or not there. */
export class SealedFile {
  constructor(
    private readonly path: string,
    private readonly hasher: KeyHasher,
    private readonly kind: SealKind,
  ) {}

  /** @param fill gives the content, piece by piece */
  async write(facts: SealedFacts, fill: (put: (piece: string | Buffer) => void) => Promise<void>): Promise<void> {
    const [pepperId = ''] = this.hasher.pepperIds;
    const salt = randomBytes(16);
    const iv = randomBytes(12);
    const head: Head = {
      magic: this.kind.magic,
      ...facts,
      pepperId,
      salt: salt.toString('hex'),
      iv: iv.toString('hex'),
    };
    const line = `${JSON.stringify(head)}\n`;
    const cipher = createCipheriv(CIPHER, this.keyOf(pepperId, salt), iv).setAAD(Buffer.from(line));
    const parts: Buffer[] = [Buffer.from(line)];
    await fill((piece) => parts.push(typeof piece === 'string' ? cipher.update(piece, 'utf8') : cipher.update(piece)));
    parts.push(cipher.final(), cipher.getAuthTag());
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const draft = `${this.path}.new`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writev(parts);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.path);
  }

  /** @throws Error for a file that is not there, was changed, or is another's */
  async read(): Promise<SealedFacts & { readonly content: Buffer }> {
    const bytes = await readFile(this.path);
    const end = bytes.indexOf(10) + 1;
    const head: unknown = JSON.parse(bytes.subarray(0, end).toString('utf8'));
    if (!isHead(head) || head.magic !== this.kind.magic) throw new Error(`It is no file of ${this.kind.magic}`);
    const salt = Buffer.from(head.salt, 'hex');
    const decipher = createDecipheriv(CIPHER, this.keyOf(head.pepperId, salt), Buffer.from(head.iv, 'hex'), {
      authTagLength: TAG_LENGTH,
    });
    decipher.setAAD(bytes.subarray(0, end)).setAuthTag(bytes.subarray(-TAG_LENGTH));
    const content = Buffer.concat([decipher.update(bytes.subarray(end, -TAG_LENGTH)), decipher.final()]);
    return { version: head.version, at: head.at, content };
  }

  private keyOf(pepperId: string, salt: Buffer): Buffer {
    const secret = this.hasher.secretOf(pepperId);
    if (secret === undefined) throw new Error('It was written with a secret that is not configured');
    return Buffer.from(hkdfSync('sha256', secret, salt, this.kind.purpose, 32));
  }
}

function isHead(value: unknown): value is Head {
  if (!isRecord(value)) return false;
  const texts = [value.magic, value.pepperId, value.salt, value.iv].every((one) => typeof one === 'string');
  return texts && typeof value.version === 'number' && typeof value.at === 'number';
}
