import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Clock } from '../../../common/time/clock.port.js';
import { encodeRecord, WAL_VERSION, type WalRecord } from './wal-record.js';
import type { WalFiles } from './wal-files.port.js';
import { WalSegment } from './wal-segment.js';

export interface WalOptions {
  /** Size at which the next segment is begun. */
  readonly segmentBytes: number;
  /** Size of the whole log from which on nothing more should be begun. */
  readonly maxBytes: number;
}

/** How long written bytes may wait for the disk, in milliseconds: what a loss of power may take. */
const SYNC_MS = 200;
const RETRY_MS = 500;
/** Share of the size from which on it is told that the log gets full. */
const NEARLY_FULL = 0.7;

/**
 * The log of one process: each record is one write before `append` returns, so that it outlives the process. A disk
 * that fails is told once, makes `accepts` false and is tried again; meanwhile records wait in memory, in their order.
 */
export class WalWriter {
  private readonly logger = new Logger('UsageLedger');
  private readonly segments = new Set<WalSegment>();
  private readonly waiting: Buffer[] = [];
  private current: WalSegment;
  private count = 0;
  private total = 0;
  private failing = false;
  private told: 'roomy' | 'nearly full' | 'full' = 'roomy';
  private cancelSync: (() => void) | undefined;
  private cancelRetry: (() => void) | undefined;

  constructor(
    readonly folder: string,
    private readonly files: WalFiles,
    private readonly clock: Clock,
    private readonly options: WalOptions,
  ) {
    this.current = this.next();
  }

  /** Begins the log. @throws what the disk says when it cannot be written */
  open(): void {
    this.openCurrent();
  }

  get accepts(): boolean {
    return !this.failing && this.total < this.options.maxBytes;
  }

  get bytes(): number {
    return this.total;
  }

  /** Never throws. @returns the segment that has the record, or will have it when the disk works again */
  append(record: WalRecord): WalSegment {
    if (this.current.bytes >= this.options.segmentBytes) this.roll();
    if (this.failing || !this.write(record)) this.waiting.push(Buffer.from(encodeRecord(record)));
    return this.current;
  }

  /** Ends the current segment. @returns all segments, each of them whole; undefined while records wait for the disk */
  roll(): readonly WalSegment[] | undefined {
    if (this.failing) return undefined;
    const whole = [...this.segments].filter(({ fd, closed }) => closed || fd !== undefined);
    if (this.current.fd !== undefined) {
      this.finish(this.current);
      this.current = this.next();
    }
    return whole;
  }

  /** Deletes the segments of which nothing is needed any more. */
  sweep(): void {
    const now = this.clock.now();
    for (const segment of this.segments) if (segment.isDone(now)) this.remove(segment);
  }

  /** Ends the log. @returns whether nothing is left of it */
  close(): boolean {
    this.cancelSync?.();
    this.cancelRetry?.();
    if (this.waiting.length > 0) this.retry();
    this.cancelRetry?.();
    this.finish(this.current);
    this.sweep();
    return this.segments.size === 0;
  }

  private next(): WalSegment {
    this.count += 1;
    const segment = new WalSegment(this.count, join(this.folder, `${String(this.count).padStart(6, '0')}.log`));
    this.segments.add(segment);
    return segment;
  }

  private openCurrent(): void {
    const { current } = this;
    current.fd = this.files.open(current.path);
    try {
      const head = encodeRecord({ kind: 'head', value: { version: WAL_VERSION, at: this.clock.wallTime() } });
      this.writeWhole(current, current.fd, head);
    } catch (error) {
      this.discard(current);
      throw error;
    }
  }

  private write(record: WalRecord): boolean {
    try {
      if (this.current.fd === undefined) this.openCurrent();
      const { fd } = this.current;
      // Encoded only now, because a segment's own first record takes the same buffer.
      if (fd !== undefined) this.writeWhole(this.current, fd, encodeRecord(record));
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  private writeWhole(segment: WalSegment, fd: number, bytes: Buffer): void {
    const written = this.files.write(fd, bytes);
    if (written !== bytes.length) {
      // Without it a later record would stand behind half of this one.
      this.files.truncate(fd, segment.bytes);
      throw new Error(`only ${written} of ${bytes.length} bytes were written`);
    }
    segment.bytes += written;
    segment.dirty = true;
    this.total += written;
    this.cancelSync ??= this.clock.after(SYNC_MS, () => this.sync());
    this.tellSize();
  }

  private fail(error: unknown): void {
    if (!this.failing) {
      this.logger.error(
        { err: error, folder: this.folder },
        'the write-ahead log of usage cannot be written: calls that must be accounted for are refused until it can',
      );
    }
    this.failing = true;
    // The records that follow belong to a file of their own: this one may end in half a record.
    if (this.current.fd !== undefined) {
      this.finish(this.current);
      this.current = this.next();
    }
    this.cancelRetry ??= this.clock.after(RETRY_MS, () => {
      this.cancelRetry = undefined;
      this.retry();
    });
  }

  /** All that waits is written at once into a fresh file, or nothing of it. */
  private retry(): void {
    try {
      if (this.current.fd === undefined) this.openCurrent();
      const { fd } = this.current;
      if (fd !== undefined && this.waiting.length > 0) this.writeWhole(this.current, fd, Buffer.concat(this.waiting));
    } catch (error) {
      this.discard(this.current);
      return this.fail(error);
    }
    this.waiting.length = 0;
    this.failing = false;
    this.logger.log({ folder: this.folder }, 'the write-ahead log of usage can be written again');
  }

  private finish(segment: WalSegment): void {
    segment.closed = true;
    const { fd } = segment;
    segment.fd = undefined;
    if (fd === undefined) return;
    if (!segment.dirty) return this.closeFile(fd);
    segment.dirty = false;
    this.files.datasync(fd, (error) => {
      this.closeFile(fd);
      if (error) this.fail(error);
    });
  }

  private sync(): void {
    this.cancelSync = undefined;
    const { current } = this;
    if (current.fd === undefined || !current.dirty) return;
    current.dirty = false;
    this.files.datasync(current.fd, (error) => {
      // It may have been ended meanwhile, and then its own end is what counts.
      if (error && !current.closed) this.fail(error);
    });
  }

  private discard(segment: WalSegment): void {
    const { fd } = segment;
    segment.fd = undefined;
    this.total -= segment.bytes;
    segment.bytes = 0;
    if (fd === undefined) return;
    this.closeFile(fd);
    this.removeFile(segment);
  }

  private remove(segment: WalSegment): void {
    this.segments.delete(segment);
    this.total -= segment.bytes;
    this.removeFile(segment);
    this.tellSize();
  }

  private closeFile(fd: number): void {
    try {
      this.files.close(fd);
    } catch (error) {
      this.logger.error({ err: error, folder: this.folder }, 'a file of the write-ahead log could not be closed');
    }
  }

  private removeFile({ path }: WalSegment): void {
    try {
      this.files.remove(path);
    } catch (error) {
      if (!isMissing(error)) this.logger.error({ err: error, path }, 'a file of the write-ahead log was not deleted');
    }
  }

  private tellSize(): void {
    const { maxBytes } = this.options;
    const is =
      this.total >= maxBytes ? 'full' : this.total >= maxBytes * NEARLY_FULL ? 'nearly full' : ('roomy' as const);
    if (is === this.told) return;
    this.told = is;
    const about = { bytes: this.total, maxBytes };
    if (is === 'full') this.logger.error(about, 'the write-ahead log of usage is full: calls are refused');
    else if (is === 'nearly full') this.logger.warn(about, 'the write-ahead log of usage is nearly full');
    else this.logger.log(about, 'the write-ahead log of usage has room again');
  }
}

export function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
