import { DiskWalFiles } from './wal-files.port.js';

/** The disk, which can be full, broken or slow to say so. */
export class FakeWalFiles extends DiskWalFiles {
  /** Bytes that still fit; a write that is larger is cut. */
  room = Infinity;
  /** What opening and writing fail with. */
  failure: Error | undefined;
  /** What the next sync fails with. */
  syncFailure: Error | undefined;
  syncs = 0;
  writes = 0;

  override open(path: string): number {
    if (this.failure) throw this.failure;
    return super.open(path);
  }

  override write(fd: number, bytes: Uint8Array): number {
    this.writes += 1;
    if (this.failure) throw this.failure;
    if (this.room <= 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const written = super.write(fd, bytes.subarray(0, Math.min(bytes.length, this.room)));
    this.room -= written;
    return written;
  }

  override datasync(fd: number, done: (error: Error | null) => void): void {
    this.syncs += 1;
    const { syncFailure } = this;
    this.syncFailure = undefined;
    super.datasync(fd, (error) => done(syncFailure ?? error));
  }
}
