import { Readable } from 'node:stream';
import type { Demand } from './demand.js';

/** How long a client may leave a full buffer unread before its socket is closed, in milliseconds. */
const SLOW_READER_MS = 30_000;

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
 * The body of a streamed answer: frames are written to it, and it writes them to what it is piped into. Fastify pipes
 * bodies, and watches them as it watches any stream; but there is one reader and one writer, so a buffer of its own
 * would only be one more between them, with a step of the event loop for each frame. While the socket does not take
 * more, the producer is paused, so memory per stream is bounded by the socket's buffer and one read of the upstream.
 */
export class FrameStream extends Readable {
  private readonly keepAlive: NodeJS.Timeout | undefined;
  private slowReader: NodeJS.Timeout | undefined;
  private destination: NodeJS.WritableStream | undefined;
  /** What is written before there is a destination: the first frames. */
  private early: Array<string | Buffer> = [];
  private isFinished = false;

  constructor(private readonly options: FrameStreamOptions) {
    super();
    const { keepAliveMs } = options;
    if (keepAliveMs !== undefined) this.keepAlive = setInterval(() => this.fillSilence(), keepAliveMs);
  }

  /** Adds frames; the producer is paused when the socket does not take more. */
  write(frames: string | Buffer): void {
    if (this.destroyed) return;
    this.keepAlive?.refresh();
    if (!this.destination) this.early.push(frames);
    else if (!this.destination.write(frames)) this.hold();
  }

  /** Ends the body: nothing may follow. */
  finish(): void {
    clearInterval(this.keepAlive);
    this.isFinished = true;
    if (this.destination) this.end(this.destination);
  }

  override pipe<T extends NodeJS.WritableStream>(destination: T): T {
    this.destination = destination;
    destination.on('drain', () => this.release());
    const { early } = this;
    this.early = [];
    for (const frames of early) this.write(frames);
    compactHead(destination);
    if (this.isFinished && !this.destroyed) this.end(destination);
    return destination;
  }

  override _read(): void {
    // Nothing is read from it.
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearInterval(this.keepAlive);
    clearTimeout(this.slowReader);
    this.options.onAbandon();
    callback(error);
  }

  /** Whoever watches the body learns that it has ended once all of it is written. */
  private end(destination: NodeJS.WritableStream): void {
    destination.end();
    this.push(null);
    this.resume();
  }

  private fillSilence(): void {
    // A full buffer means that the client has something to read.
    if (this.slowReader === undefined && this.options.keepAlive !== undefined) this.write(this.options.keepAlive);
  }

  private hold(): void {
    this.options.demand.pause();
    this.slowReader ??= setTimeout(() => this.destroy(), SLOW_READER_MS);
  }

  private release(): void {
    clearTimeout(this.slowReader);
    this.slowReader = undefined;
    this.options.demand.resume();
  }
}

/**
 * Node keeps the head of an answer until the answer ends, as the seventy strings that it was put together from: 2 kB. To
 * measure it makes one string of them.
 */
function compactHead(response: NodeJS.WritableStream): void {
  const head: unknown = Reflect.get(response, '_header');
  if (typeof head === 'string') Buffer.byteLength(head);
}
