import { Logger } from '@nestjs/common';
import { KeepingTimes } from '../tenancy/kept-copy.js';
import type { KeyHasher } from '../tenancy/key-hasher.js';
import { SealedFile, type SealedFacts } from '../tenancy/sealed-file.js';
import type { Tenancy } from '../tenancy/tenancy.js';
import { INSTALLATION } from '../tenancy/tenant-scope.js';
import { allRows, type Batch } from './directory/directory-rows.js';

const KIND = { magic: 'asbru-keys-1', purpose: 'asbru key snapshot' };

export interface KeptKeys extends SealedFacts {
  readonly batches: readonly Batch[];
}

/** All keys in a file, batch by batch, because they may be many. Only hashes of keys are in it. */
export class KeySnapshot {
  private readonly logger = new Logger('KeyDirectory');
  private readonly times = new KeepingTimes();
  private readonly file: SealedFile;

  constructor(path: string, hasher: KeyHasher) {
    this.file = new SealedFile(path, hasher, KIND);
  }

  /** Writes it when it is time to; a failure is told, and tried again later. */
  async keep(version: number, now: number, tenancy: Tenancy): Promise<void> {
    if (!this.times.isDue(version, now)) return;
    try {
      await this.file.write({ version, at: now }, (put) =>
        tenancy.read(INSTALLATION, async (_reader, em) => {
          for await (const batch of allRows(em)) put(`${JSON.stringify(batch)}\n`);
        }),
      );
    } catch (error) {
      this.logger.warn({ err: error }, 'the keys could not be written to disk');
    }
  }

  /** What was written, unless it is too old, was changed, or is another's. */
  async read(now: number): Promise<KeptKeys | undefined> {
    try {
      const { content, version, at } = await this.file.read();
      const lines = content.toString('utf8').split('\n');
      if (KeepingTimes.mayUse(at, now)) return { version, at, batches: lines.filter((one) => one !== '').map(batchOf) };
      this.logger.error({ age: now - at }, 'the keys on disk are too old to be used');
    } catch (error) {
      this.logger.error({ err: error }, 'the keys on disk cannot be used');
    }
    return undefined;
  }
}

/** What was authenticated was written by this class. */
function batchOf(line: string): Batch {
  const batch: Batch = JSON.parse(line);
  return batch;
}
