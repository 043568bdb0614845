import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import type { Client as UndiciClient, Dispatcher, Pool as UndiciPool } from 'undici';
import { GatewayError } from '../errors/gateway-error.js';
import { EgressPolicy } from './egress/egress-policy.js';
import { guardedConnector } from './egress/guarded-connector.js';
import { TurnBuffer } from './turn-buffer.js';
import { Client, Pool } from './undici-parts.js';
import { onKeptConnection, toUpstreamError } from './upstream-errors.js';

/** How long each phase of an upstream request may last, in milliseconds. */
export interface UpstreamClocks {
  /** TCP and TLS set-up. */
  connectMs: number;
  /** From sending to the first byte of the answer's head. */
  firstByteMs: number;
  /** From sending to the first piece of a streamed answer: a token, not a comment or a bare role. */
  firstTokenMs: number;
  /** Between two data events of a stream, and between two reads of a whole answer. */
  idleMs: number;
  /** From a stream's last finish reason to its end: the upstream may still say its usage. */
  afterFinishMs: number;
  /** From sending to the end of the answer. */
  totalMs: number;
}

/** How an upstream is reached. */
export interface UpstreamConnection {
  /** Time for TCP and TLS set-up, in milliseconds. */
  readonly connectMs: number;
  /** Whether its name may lead to private addresses; see EgressPolicy. */
  readonly allowPrivateAddresses?: boolean;
  /** Certificates (PEM) of the only authorities that are trusted with its name; without them, those of Node. */
  readonly ca?: string;
  /** The resolver of its name. */
  readonly lookup?: LookupFunction;
}

export interface UpstreamRequest {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  /** A stream is read as fast as the upstream takes it. It is destroyed when the request ends before it does. */
  body?: string | Buffer | Readable;
}

export type UpstreamHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Receives one answer. After `end` or `fail` nothing more is called. */
export interface UpstreamSink {
  head(status: number, headers: UpstreamHeaders): void;
  data(bytes: Buffer): void;
  end(): void;
  fail(error: GatewayError): void;
}

/** A request under way. */
export interface UpstreamExchange {
  /** Stops reading the socket, until resume(). */
  pause(): void;
  resume(): void;
  /** Restarts the idle clock: the reader calls it when the answer made progress. */
  progress(): void;
  /** Closes the upstream's socket; the sink hears nothing more. */
  abort(): void;
  /** Lets the answer's end arrive so that the socket can be used again, without telling the sink. */
  release(): void;
}

/** How long a released exchange may take to end before its socket is closed, in milliseconds. */
const RELEASE_MS = 2_000;
/** A kept connection that was closed meanwhile breaks at once; what breaks later has been worked on. */
const STALE_MS = 1_000;
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * Sends requests to one origin, which only configuration chooses: allowed addresses only, verified certificates,
 * keep-alive connections, no redirects, no cookies, no proxy variables, no compression, own clocks (undici's are only
 * exact to half a second).
 */
export class UpstreamClient {
  private readonly pool: UndiciPool;
  /** Connections of uploads: one for each. */
  private readonly uploads = new Set<UndiciClient>();
  private readonly options: UndiciClient.Options;
  private readonly origin: string;
  private readonly basePath: string;
  /** How many connections were made. */
  private connections = 0;

  constructor(baseUrl: string, { connectMs, allowPrivateAddresses = false, ca, lookup }: UpstreamConnection) {
    const url = new URL(baseUrl);
    this.basePath = url.pathname.replace(/\/+$/, '');
    this.origin = url.origin;
    this.options = {
      connect: guardedConnector({
        policy: new EgressPolicy({ allowPrivateAddresses }),
        timeoutMs: connectMs,
        ...(ca !== undefined && { ca }),
        ...(lookup && { lookup }),
      }),
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_HEADER_BYTES,
      allowH2: false,
      pipelining: 1,
    };
    this.pool = new Pool(url.origin, this.options);
    this.pool.on('connect', () => this.connections++);
  }

  /** Sends a request now; its answer goes to the sink. */
  send(request: UpstreamRequest, sink: UpstreamSink, clocks: UpstreamClocks): UpstreamExchange {
    const { connections } = this;
    const { method, headers, body } = request;
    const upload = typeof body === 'object' && !Buffer.isBuffer(body) ? body : undefined;
    // With many requests at one time this may say no of a kept connection, but never yes of a new one.
    const exchange = new Exchange(sink, clocks, () => this.connections === connections, upload);
    const dispatcher = upload ? this.openConnection() : this.pool;
    dispatcher.dispatch({ method, path: this.basePath + request.path, headers, body: body ?? null }, exchange);
    if (dispatcher instanceof Client) void this.closeAfterUse(dispatcher);
    return exchange;
  }

  /** A body that can be read only once must not meet a kept connection that has been closed meanwhile. */
  private openConnection(): UndiciClient {
    const client = new Client(this.origin, this.options);
    this.uploads.add(client);
    this.connections++;
    return client;
  }

  private async closeAfterUse(client: UndiciClient): Promise<void> {
    await client.close().catch(() => undefined);
    this.uploads.delete(client);
  }

  /** Closes the connections once the requests that run are done. */
  retire(): void {
    this.pool.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    await Promise.all([this.pool, ...this.uploads].map((dispatcher) => dispatcher.destroy()));
  }
}

class Exchange implements Dispatcher.DispatchHandler, UpstreamExchange {
  private controller?: Dispatcher.DispatchController;
  private sink: UpstreamSink | undefined;
  private paused = false;
  private aborted = false;
  private answered = false;
  /** What was read and has not been given to the sink. */
  private readonly arrived = new TurnBuffer((bytes) => this.guard(() => this.sink?.data(bytes)));
  private readonly sentAt = performance.now();
  private total: NodeJS.Timeout | undefined;
  private phase: NodeJS.Timeout;

  constructor(
    sink: UpstreamSink,
    private readonly clocks: UpstreamClocks,
    private readonly isOnKeptConnection: () => boolean,
    /** A body that arrives while it is sent. The upstream's clocks start when it has all of it. */
    private upload?: Readable,
  ) {
    this.sink = sink;
    if (upload) this.phase = setTimeout(() => this.onUploadIdle(), clocks.idleMs);
    else this.phase = this.awaitAnswer();
  }

  onBodySent(): void {
    if (this.upload) this.phase.refresh();
  }

  onRequestSent(): void {
    if (!this.upload) return;
    this.upload = undefined;
    if (this.sink === undefined || this.answered) return;
    clearTimeout(this.phase);
    this.phase = this.awaitAnswer();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.aborted) controller.abort(new Error('aborted before it was sent'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: UpstreamHeaders): void {
    this.answered = true;
    if (status < 200) return;
    // An upstream may refuse an upload before it has all of it.
    this.total ??= this.startTotal();
    clearTimeout(this.phase);
    this.phase = setTimeout(() => this.onIdle(), this.clocks.idleMs);
    if (this.paused) controller.pause();
    this.guard(() => this.sink?.head(status, headers));
  }

  onResponseData(_controller: Dispatcher.DispatchController, bytes: Buffer): void {
    this.arrived.add(bytes);
  }

  onResponseEnd(): void {
    this.arrived.flush();
    const { sink } = this;
    this.settle();
    sink?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.arrived.flush();
    const { sink } = this;
    this.settle();
    const stale = !this.answered && performance.now() - this.sentAt < STALE_MS && this.isOnKeptConnection();
    sink?.fail(toUpstreamError(stale ? onKeptConnection(error) : error));
  }

  pause(): void {
    this.paused = true;
    this.controller?.pause();
  }

  resume(): void {
    this.paused = false;
    this.phase.refresh();
    this.controller?.resume();
  }

  progress(): void {
    this.phase.refresh();
  }

  abort(): void {
    this.settle();
    this.aborted = true;
    this.controller?.abort(new Error('aborted'));
  }

  release(): void {
    const started = this.controller !== undefined && this.sink !== undefined;
    this.settle();
    if (!started) return;
    this.phase = setTimeout(() => this.abort(), RELEASE_MS);
    if (this.paused) this.controller?.resume();
  }

  private awaitAnswer(): NodeJS.Timeout {
    const { firstByteMs } = this.clocks;
    this.total = this.startTotal();
    return setTimeout(() => this.timeOut('first byte', firstByteMs), firstByteMs);
  }

  private startTotal(): NodeJS.Timeout {
    return setTimeout(() => this.timeOut('total', this.clocks.totalMs), this.clocks.totalMs);
  }

  private onUploadIdle(): void {
    // Only a body that nobody takes is the upstream's delay; one that has nothing to give waits for the client.
    if (this.upload?.isPaused()) this.timeOut('idle', this.clocks.idleMs);
    else this.phase.refresh();
  }

  private onIdle(): void {
    // The reader is slow, not the upstream.
    if (this.paused) this.phase.refresh();
    else this.timeOut('idle', this.clocks.idleMs);
  }

  private timeOut(clock: string, ms: number): void {
    const { sink } = this;
    this.abort();
    sink?.fail(
      new GatewayError('upstream_timeout', `The upstream did not answer in time (${clock} limit of ${ms} ms).`),
    );
  }

  /** A sink that throws has refused the answer: the request ends here, not in an unhandled error. */
  private guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      const { sink } = this;
      this.abort();
      sink?.fail(toUpstreamError(error));
    }
  }

  private settle(): void {
    clearTimeout(this.total);
    clearTimeout(this.phase);
    this.sink = undefined;
  }
}
