import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptBegun, AttemptEnded, CallSettled } from '../usage-ledger.port.js';
import { decodeRecords } from './wal-record.js';
import { isMissing } from './wal-writer.js';

/** What is known of one attempt: how it began, how it ended, or both. */
export interface LoggedAttempt {
  readonly begun?: AttemptBegun;
  /** Undefined while it runs, and for ever when its process died before. */
  readonly ended?: AttemptEnded;
}

export interface WalPart {
  readonly path: string;
  /** Attempts that ended in this segment, wherever they began. */
  readonly ended: readonly LoggedAttempt[];
  readonly settled: readonly CallSettled[];
  /** When the segment was begun, in milliseconds since the epoch; undefined when even that is torn. */
  readonly at: number | undefined;
  readonly damaged: number;
}

const SEGMENT = /^\d{6,}\.log$/;

/** Segments of a folder, the oldest first. */
export async function segmentsIn(folder: string): Promise<string[]> {
  try {
    const names = (await readdir(folder)).filter((name) => SEGMENT.test(name));
    return names
      .toSorted((one, other) => Number.parseInt(one) - Number.parseInt(other))
      .map((name) => join(folder, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Reads segments one after the other and brings ends together with their beginnings. */
export class WalReader {
  private readonly open = new Map<string, AttemptBegun>();

  /** Attempts that began in what was read and did not end in it. */
  get unfinished(): readonly LoggedAttempt[] {
    return Array.from(this.open.values(), (begun) => ({ begun }));
  }

  async read(path: string): Promise<WalPart> {
    const { records, damaged } = decodeRecords(await contentOf(path));
    const ended: LoggedAttempt[] = [];
    const settled: CallSettled[] = [];
    let at: number | undefined;
    for (const record of records) {
      if (record.kind === 'begun') this.open.set(record.value.id, record.value);
      else if (record.kind === 'ended') ended.push(this.join(record.value));
      else if (record.kind === 'settled') settled.push(record.value);
      else at ??= record.value.at;
    }
    return { path, ended, settled, at, damaged };
  }

  private join(end: AttemptEnded): LoggedAttempt {
    const begun = this.open.get(end.id);
    this.open.delete(end.id);
    return begun ? { begun, ended: end } : { ended: end };
  }
}

async function contentOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    // Its owner deleted it meanwhile, because all of it is in the database.
    if (isMissing(error)) return Buffer.alloc(0);
    throw error;
  }
}
