import { Readable } from 'node:stream';
import type { Demand } from './demand.js';

/** How long a client may leave a full buffer unread before its socket is closed, in milliseconds. */
const SLOW_READER_MS = 30_000;
const BUFFER_BYTES = 16 * 1024;

export interface FrameStreamOptions {
  demand: Demand;
  /** Silence after which it is filled, in milliseconds. Without it it is not: the body is no stream of events. */
  keepAliveMs?: number;
  /** What fills it: whole frames, of which every client makes nothing. */
  keepAlive?: string;
  /** The client went away, or took too long: stop producing. */
  onAbandon: () => void;
}

/**
 * The body of a streamed answer: frames are pushed in, the socket pulls them out.
 * While the socket does not take more, the producer is paused, so memory per stream is bounded by
 * this buffer, the socket's own and one read of the upstream.
 */
export class FrameStream extends Readable {
  private readonly keepAlive: NodeJS.Timeout | undefined;
  private slowReader: NodeJS.Timeout | undefined;

  constructor(private readonly options: FrameStreamOptions) {
    super({ highWaterMark: BUFFER_BYTES, encoding: undefined });
    const { keepAliveMs } = options;
    if (keepAliveMs !== undefined) this.keepAlive = setInterval(() => this.fillSilence(), keepAliveMs);
  }

  /** Adds frames; the producer is paused when the buffer is full. */
  write(frames: string | Buffer): void {
    this.keepAlive?.refresh();
    if (!this.push(frames)) this.hold();
  }

  /** Ends the body: nothing may follow. */
  finish(): void {
    clearInterval(this.keepAlive);
    this.push(null);
  }

  override _read(): void {
    clearTimeout(this.slowReader);
    this.slowReader = undefined;
    this.options.demand.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearInterval(this.keepAlive);
    clearTimeout(this.slowReader);
    this.options.onAbandon();
    callback(error);
  }

  private fillSilence(): void {
    // A full buffer means that the client has something to read.
    if (this.slowReader === undefined && !this.push(this.options.keepAlive)) this.hold();
  }

  private hold(): void {
    this.options.demand.pause();
    this.slowReader ??= setTimeout(() => this.destroy(), SLOW_READER_MS);
  }
}
