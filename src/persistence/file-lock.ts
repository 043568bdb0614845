import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** SQLite's BUSY and LOCKED. */
const TAKEN = new Set([5, 6]);

/**
 * A lock that one process holds, and that falls with it however it ends: the kernel's lock on a file, which SQLite
 * knows how to take on every system. Works between containers that share a local volume, not on network file systems.
 */
export class FileLock {
  private constructor(private readonly file: DatabaseSync) {}

  /** Takes the lock, or gives undefined when another process, or another part of this one, has it. */
  static tryAcquire(path: string): FileLock | undefined {
    return FileLock.tryBegin(path, 'begin exclusive');
  }

  /** Takes a part in the lock: many may have one, and while one has, nobody has the lock. */
  static tryShare(path: string): FileLock | undefined {
    return FileLock.tryBegin(path, 'begin; select count(*) from sqlite_schema');
  }

  private static tryBegin(path: string, begin: string): FileLock | undefined {
    mkdirSync(dirname(path), { recursive: true });
    const file = new DatabaseSync(path);
    try {
      file.exec(`pragma busy_timeout = 0; pragma journal_mode = delete; ${begin}`);
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
