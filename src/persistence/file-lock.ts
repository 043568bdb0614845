import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** SQLite's BUSY and LOCKED. */
const TAKEN = new Set([5, 6]);

/** What is held: by one alone, or by any number of those who share, while nobody is alone. */
export type LockMode = 'alone' | 'shared';

/** Reading keeps a lock for readers until the transaction ends; writers wait for all of these. */
const BEGIN: Readonly<Record<LockMode, string>> = {
  alone: 'begin exclusive',
  shared: 'begin; select count(*) from sqlite_master',
};

/**
 * A lock that a process holds, and that falls with it however it ends: the kernel's lock on a file, which SQLite
 * knows how to take on every system. Works between containers that share a local volume, not on network file systems.
 */
export class FileLock {
  private constructor(private readonly file: DatabaseSync) {}

  /** Takes the lock, or gives undefined when another process, or another part of this one, has it. */
  static tryAcquire(path: string, mode: LockMode = 'alone'): FileLock | undefined {
    mkdirSync(dirname(path), { recursive: true });
    const file = new DatabaseSync(path);
    try {
      file.exec(`pragma busy_timeout = 0; pragma journal_mode = delete; ${BEGIN[mode]}`);
      return new FileLock(file);
    } catch (error) {
      file.close();
      if (isTaken(error)) return undefined;
      throw error;
    }
  }

  release(): void {
    this.file.close();
  }
}

function isTaken(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return false;
  return TAKEN.has(Number(error.errcode) & 0xff);
}
