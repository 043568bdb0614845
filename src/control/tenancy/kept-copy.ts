import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { Logger } from '@nestjs/common';
import type { KeyHasher } from './key-hasher.js';
import { SealedFile, type SealedFacts } from './sealed-file.js';

/** At most so often a copy is written, and at least so often so that it does not grow too old, in milliseconds. */
const PAUSE_MS = 60_000;
const RENEW_MS = 3_600_000;
const OLDEST_MS = 86_400_000;
/** A clock that was put back this far explains a file from the future. */
const SKEW_MS = 300_000;

/** When a copy has to be written again, and for how long it may be used: the same for all that a gateway boots from. */
export class KeepingTimes {
  private written: SealedFacts | undefined;

  /** Whether it is time to write; the answer yes is taken for done. */
  isDue(version: number, now: number): boolean {
    const last = this.written;
    if (last && now - last.at < (last.version === version ? RENEW_MS : PAUSE_MS)) return false;
    this.written = { version, at: now };
    return true;
  }

  static mayUse(at: number, now: number): boolean {
    const age = now - at;
    return age <= OLDEST_MS && age >= -SKEW_MS;
  }
}

/** The copies of a gateway that may start while the database is away. */
export class KeptCopies {
  constructor(
    private readonly folder: string,
    private readonly hasher: KeyHasher,
  ) {}

  /** @param name of the file, without its ending */
  of<T>(name: string): KeptCopy<T> {
    const kind = { magic: `asbru-${name}-1`, purpose: `asbru ${name} snapshot` };
    return new KeptCopy<T>(name, new SealedFile(join(this.folder, `${name}.snapshot`), this.hasher, kind));
  }
}

/** What a gateway has in memory of the database, in a file: for a start while that is away. */
export class KeptCopy<T> {
  private readonly logger = new Logger('Snapshot');
  private readonly times = new KeepingTimes();
  private writing: Promise<void> | undefined;

  constructor(
    private readonly name: string,
    private readonly file: SealedFile,
  ) {}

  /** Writes it when it is time to, while the caller goes on; a failure is told, and tried again later. */
  keep(version: number, now: number, value: T): void {
    if (this.writing || !this.times.isDue(version, now)) return;
    this.writing = this.file
      .write({ version, at: now }, (put) => Promise.resolve(put(serialize(value))))
      .catch((error: unknown) => this.logger.warn({ err: error }, `the ${this.name} could not be written to disk`))
      .finally(() => {
        this.writing = undefined;
      });
  }

  /** What was written, unless it is too old, was changed, or is another's. */
  async read(now: number): Promise<T | undefined> {
    try {
      const { at, content } = await this.file.read();
      // What was authenticated was written by this class.
      const value: T = deserialize(content);
      if (KeepingTimes.mayUse(at, now)) return value;
      this.logger.error({ age: now - at }, `the ${this.name} on disk are too old to be used`);
    } catch (error) {
      this.logger.error({ err: error }, `the ${this.name} on disk cannot be used`);
    }
    return undefined;
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.writing;
  }
}
