import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Logger } from '@nestjs/common';
import { isRecord } from '../../common/json/is-record.js';
import type { KeyHasher } from '../tenancy/key-hasher.js';
import type { Tenancy } from '../tenancy/tenancy.js';
import { INSTALLATION } from '../tenancy/tenant-scope.js';
import { allRows, type Batch } from './directory/directory-rows.js';

const MAGIC = 'asbru-keys-1';
const CIPHER = 'aes-256-gcm';
const TAG_LENGTH = 16;
/** At most so often it is written, and at least so often so that it does not grow too old, in milliseconds. */
const PAUSE_MS = 60_000;
const RENEW_MS = 3_600_000;
const OLDEST_MS = 86_400_000;
/** A clock that was put back this far explains a file from the future. */
const SKEW_MS = 300_000;

export interface KeptKeys {
  readonly version: number;
  /** When it was written, in milliseconds since the epoch. */
  readonly at: number;
  readonly batches: readonly Batch[];
}

interface Head {
  readonly magic: string;
  readonly version: number;
  readonly at: number;
  readonly pepperId: string;
  readonly salt: string;
  readonly iv: string;
}

/** All keys in a file, encrypted with a key that is derived from the gateway's secret. Only hashes of keys are in it. */
export class KeySnapshot {
  private readonly logger = new Logger('KeyDirectory');
  private written: { version: number; at: number } | undefined;

  constructor(
    private readonly path: string,
    private readonly hasher: KeyHasher,
  ) {}

  /** Writes it when it is time to; a failure is told, and tried again later. */
  async keep(version: number, now: number, tenancy: Tenancy): Promise<void> {
    const last = this.written;
    if (last && now - last.at < (last.version === version ? RENEW_MS : PAUSE_MS)) return;
    this.written = { version, at: now };
    try {
      await this.write(version, now, tenancy);
    } catch (error) {
      this.logger.warn({ err: error }, 'the keys could not be written to disk');
    }
  }

  /** What was written, unless it is too old, was changed, or is another's. */
  async read(now: number): Promise<KeptKeys | undefined> {
    try {
      const kept = this.decrypt(await readFile(this.path));
      const age = now - kept.at;
      if (age <= OLDEST_MS && age >= -SKEW_MS) return kept;
      this.logger.error({ age }, 'the keys on disk are too old to be used');
    } catch (error) {
      this.logger.error({ err: error }, 'the keys on disk cannot be used');
    }
    return undefined;
  }

  private async write(version: number, at: number, tenancy: Tenancy): Promise<void> {
    const [pepperId = ''] = this.hasher.pepperIds;
    const salt = randomBytes(16);
    const iv = randomBytes(12);
    const head: Head = {
      magic: MAGIC,
      version,
      at,
      pepperId,
      salt: salt.toString('hex'),
      iv: iv.toString('hex'),
    };
    const line = `${JSON.stringify(head)}\n`;
    const cipher = createCipheriv(CIPHER, this.keyOf(pepperId, salt), iv).setAAD(Buffer.from(line));
    const parts: Buffer[] = [Buffer.from(line)];
    await tenancy.read(INSTALLATION, async (_reader, em) => {
      for await (const batch of allRows(em)) parts.push(cipher.update(`${JSON.stringify(batch)}\n`));
    });
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

  private decrypt(bytes: Buffer): KeptKeys {
    const end = bytes.indexOf(10) + 1;
    const head: unknown = JSON.parse(bytes.subarray(0, end).toString('utf8'));
    if (!isHead(head)) throw new Error('It is no file of keys');
    const salt = Buffer.from(head.salt, 'hex');
    const decipher = createDecipheriv(CIPHER, this.keyOf(head.pepperId, salt), Buffer.from(head.iv, 'hex'), {
      authTagLength: TAG_LENGTH,
    });
    decipher.setAAD(bytes.subarray(0, end)).setAuthTag(bytes.subarray(-TAG_LENGTH));
    const body = Buffer.concat([decipher.update(bytes.subarray(end, -TAG_LENGTH)), decipher.final()]);
    const lines = body
      .toString('utf8')
      .split('\n')
      .filter((one) => one !== '');
    return { version: head.version, at: head.at, batches: lines.map(batchOf) };
  }

  private keyOf(pepperId: string, salt: Buffer): Buffer {
    const secret = this.hasher.secretOf(pepperId);
    if (secret === undefined) throw new Error('It was written with a secret that is not configured');
    return Buffer.from(hkdfSync('sha256', secret, salt, 'asbru key snapshot', 32));
  }
}

function isHead(value: unknown): value is Head {
  if (!isRecord(value) || value.magic !== MAGIC) return false;
  const texts = [value.pepperId, value.salt, value.iv].every((one) => typeof one === 'string');
  return texts && typeof value.version === 'number' && typeof value.at === 'number';
}

/** What was authenticated was written by this class. */
function batchOf(line: string): Batch {
  const batch: Batch = JSON.parse(line);
  return batch;
}
