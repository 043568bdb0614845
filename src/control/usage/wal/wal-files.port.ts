import { closeSync, fdatasync, ftruncateSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';

/** What the log asks of the disk, so that tests can let it fail. */
export abstract class WalFiles {
  /** Opens a new file for appending. */
  abstract open(path: string): number;
  /** @returns how many of the bytes were written */
  abstract write(fd: number, bytes: Uint8Array): number;
  abstract truncate(fd: number, length: number): void;
  abstract datasync(fd: number, done: (error: Error | null) => void): void;
  abstract close(fd: number): void;
  abstract remove(path: string): void;
  abstract makeFolder(path: string): void;
}

/** The disk. Its files are for this user alone. */
export class DiskWalFiles extends WalFiles {
  override open(path: string): number {
    return openSync(path, 'ax', 0o600);
  }

  override write(fd: number, bytes: Uint8Array): number {
    return writeSync(fd, bytes);
  }

  override truncate(fd: number, length: number): void {
    ftruncateSync(fd, length);
  }

  override datasync(fd: number, done: (error: Error | null) => void): void {
    fdatasync(fd, done);
  }

  override close(fd: number): void {
    closeSync(fd);
  }

  override remove(path: string): void {
    unlinkSync(path);
  }

  override makeFolder(path: string): void {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }
}

/** No disk at all: a log that ends with its process. */
export class NoWalFiles extends WalFiles {
  override open(): number {
    return 0;
  }

  override write(_fd: number, bytes: Uint8Array): number {
    return bytes.length;
  }

  override truncate(): void {}

  override datasync(_fd: number, done: (error: Error | null) => void): void {
    done(null);
  }

  override close(): void {}

  override remove(): void {}

  override makeFolder(): void {}
}
