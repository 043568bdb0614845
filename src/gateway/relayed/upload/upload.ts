import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { uploadSockets } from '../../../common/http/upload-sockets.js';
import { boundaryOf, type MultipartPiece, MultipartScanner } from './multipart-scanner.js';

/** What of a body is kept, in bytes: one that is not larger can be sent again. */
export const LOOK_AHEAD_BYTES = 1024 * 1024;
/** Longest time without a byte of the client, and for the whole body, in milliseconds. */
const SILENCE_MS = 30_000;
const LONGEST_MS = 3_600_000;
/** How long the rest of a refused body is thrown away, so that the client sees the answer, in milliseconds. */
const LINGER_MS = 10_000;

export interface UploadOptions {
  readonly contentType: string;
  /** As the client states it; undefined: it sends chunks. */
  readonly contentLength: number | undefined;
  /** Largest body, in bytes. */
  readonly limit: number;
}

/** Gives the text that takes the place of the form's `model`. @throws GatewayError to refuse it */
export type RewriteModel = (model: string) => string;

/**
 * The body of a multipart/form-data request on its way through. Its first part is read ahead and kept, for the field
 * `model`; the rest is never held: it is read from the client as fast as the upstream takes it.
 */
export class Upload {
  private readonly scanner: MultipartScanner;
  private readonly prefix: MultipartPiece[] = [];
  private size = 0;
  private isWhole = false;
  private spent = false;

  /** @throws GatewayError 400 for a media type without a boundary */
  constructor(
    private readonly source: IncomingMessage,
    private readonly options: UploadOptions,
  ) {
    this.scanner = new MultipartScanner(boundaryOf(options.contentType));
  }

  get contentType(): string {
    return this.options.contentType;
  }

  /** Bytes taken from the client so far. */
  get received(): number {
    return this.size;
  }

  /** The form's `model`, as far as it has been read. */
  get model(): string | undefined {
    return this.scanner.model;
  }

  /** How many answers the form's `n` wants, as far as it has been read. */
  get count(): number | undefined {
    return this.scanner.count;
  }

  /** Whether bytes have been sent that are not kept: the request cannot be sent again. */
  get isSpent(): boolean {
    return this.spent;
  }

  /** Whether there is nothing after what is kept. */
  get isKept(): boolean {
    return this.isWhole;
  }

  /**
   * Reads ahead: all of a small body; of a larger one until what is looked for is found, or as much as is kept.
   * @param finds the fields that are looked for; without any a large body is not read at all
   * @throws GatewayError 400 for a body that is not multipart, 408, 413
   */
  look(finds: ReadonlyArray<'model' | 'count'>): Promise<void> {
    const { contentLength, limit } = this.options;
    if (contentLength !== undefined && contentLength > limit) return Promise.reject(tooLarge(limit));
    const isLarge = contentLength !== undefined && contentLength > LOOK_AHEAD_BYTES;
    if (isLarge && finds.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const watch = this.read({
        take: (pieces) => {
          this.prefix.push(...pieces);
          const isFound = isLarge && finds.every((name) => this[name] !== undefined);
          if (this.size < LOOK_AHEAD_BYTES && !isFound) return;
          watch.stop();
          this.source.pause();
          resolve();
        },
        end: () => {
          this.isWhole = true;
          resolve();
        },
        fail: reject,
      });
    });
  }

  /** The body for an upstream: bytes when all of it is kept; else a stream, not to be opened again once it is spent. */
  open(rewrite: RewriteModel): Buffer | Readable {
    const kept = this.prefix.map((piece) => toBytes(piece, rewrite));
    if (this.isWhole) return Buffer.concat(kept);
    return new UploadStream(kept, (stream) => {
      this.spent = true;
      return this.read({
        take: (pieces) => {
          for (const piece of pieces) stream.put(toBytes(piece, rewrite));
        },
        end: () => stream.finish(),
        fail: (error) => stream.destroy(error),
      });
    });
  }

  /** Of the body that `open` gives; undefined when only its end will tell. */
  lengthWith(rewrite: RewriteModel): number | undefined {
    const written = this.prefix.map((piece) => toBytes(piece, rewrite).length).reduce((sum, length) => sum + length, 0);
    if (this.isWhole) return written;
    const { contentLength } = this.options;
    if (contentLength === undefined) return undefined;
    const kept = this.prefix.map((piece) => rawBytes(piece).length).reduce((sum, length) => sum + length, 0);
    return contentLength + written - kept;
  }

  /** Nobody wants the rest: it is thrown away as it arrives, for a while. */
  discard(): void {
    const { source } = this;
    uploadSockets.remove(source.socket);
    if (source.readableEnded || source.destroyed) return;
    source.resume();
    const linger = setTimeout(() => source.destroy(), LINGER_MS);
    const stop = (): void => clearTimeout(linger);
    source.once('end', stop);
    // Once the answer is out, the request itself is not told that its socket has closed.
    source.socket.once('close', stop);
  }

  /** Reads the client from here on, until the end or `stop`. */
  private read(reader: Reader): Reading {
    const { source, options } = this;
    const silence = setTimeout(() => fail(tooSlow()), SILENCE_MS);
    const longest = setTimeout(() => fail(tooSlow()), LONGEST_MS);
    const stop = (): void => {
      clearTimeout(silence);
      clearTimeout(longest);
      source.off('data', onData).off('end', onEnd).off('close', onClose);
    };
    const fail = (error: GatewayError): void => {
      // A client that is not asked for more is not silent.
      if (error.status === 408 && source.isPaused() && performance.now() < begun + LONGEST_MS)
        return void silence.refresh();
      stop();
      reader.fail(error);
    };
    const begun = performance.now();
    const onData = (chunk: Buffer): void => {
      silence.refresh();
      this.size += chunk.length;
      if (this.size > options.limit) return fail(tooLarge(options.limit));
      try {
        reader.take(this.scanner.feed(chunk));
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        fail(error);
      }
    };
    const onEnd = (): void => {
      stop();
      uploadSockets.remove(source.socket);
      reader.take(this.scanner.end());
      reader.end();
    };
    const onClose = (): void => {
      stop();
      reader.fail(new GatewayError('client_closed_request', 'The client closed the connection.'));
    };
    source.on('data', onData).on('end', onEnd).on('close', onClose);
    source.on('error', noop);
    uploadSockets.add(source.socket);
    source.resume();
    return { stop, pause: () => void source.pause(), resume: () => void source.resume() };
  }
}

interface Reader {
  take(pieces: MultipartPiece[]): void;
  end(): void;
  fail(error: GatewayError): void;
}

interface Reading {
  stop(): void;
  pause(): void;
  resume(): void;
}

/** What was kept, then what comes: the client is read only while there is room. */
class UploadStream extends Readable {
  private at = 0;
  private reading: Reading | undefined;
  private isFull = false;

  constructor(
    private readonly kept: readonly Buffer[],
    private readonly begin: (stream: UploadStream) => Reading,
  ) {
    super();
  }

  put(bytes: Buffer): void {
    if (!this.push(bytes) && !this.isFull) {
      this.isFull = true;
      this.reading?.pause();
    }
  }

  finish(): void {
    this.reading = undefined;
    this.push(null);
  }

  override _read(): void {
    this.isFull = false;
    while (this.at < this.kept.length) if (!this.push(this.kept[this.at++])) return;
    if (this.reading) this.reading.resume();
    else this.reading = this.begin(this);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.reading?.stop();
    this.reading = undefined;
    callback(error);
  }
}

function rawBytes(piece: MultipartPiece): Buffer {
  return Buffer.isBuffer(piece) ? piece : piece.raw;
}

function toBytes(piece: MultipartPiece, rewrite: RewriteModel): Buffer {
  if (Buffer.isBuffer(piece)) return piece;
  const text = rewrite(piece.value);
  return text === piece.value ? piece.raw : Buffer.from(text);
}

const noop = (): void => undefined;
const tooSlow = (): GatewayError =>
  new GatewayError('invalid_request', 'The request took too long to arrive.', { status: 408 });

function tooLarge(limit: number): GatewayError {
  return new GatewayError('request_too_large', `The upload is larger than this gateway accepts (${limit} bytes).`);
}
