import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { decodeBody } from './request-body.js';

/** Recorded bodies may use this much memory together, however many requests there are. */
const MAX_RECORDED_BYTES = 64 * 1024 * 1024;

/** How a request ended: answered to the end, given up by the client, or cut by a fault of the sandbox. */
export type SandboxOutcome = 'finished' | 'aborted' | 'cut';

/** One request as the sandbox received it. */
export class SandboxRequest {
  readonly method: string;
  /** The target as sent, with its query. */
  readonly url: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values as they came, one after the other. */
  readonly rawHeaders: readonly string[];
  readonly receivedAt = Date.now();
  /** The body as it came: still compressed when it came compressed. */
  rawBody: Buffer = Buffer.alloc(0);
  /** Status of the answer; 0 while there is none. */
  status = 0;
  /** The client closed the connection before the answer was complete. */
  aborted = false;
  /** When the answer was complete or the connection was closed. */
  closedAt: number | undefined;
  /** Resolves when the answer is complete or the connection is closed; never rejects. */
  readonly closed: Promise<SandboxOutcome>;
  private readonly settle: (outcome: SandboxOutcome) => void;
  private parsed: { json: unknown } | undefined;

  constructor(request: IncomingMessage) {
    this.method = request.method ?? '';
    this.url = request.url ?? '/';
    const query = this.url.indexOf('?');
    this.path = query === -1 ? this.url : this.url.slice(0, query);
    this.headers = request.headers;
    this.rawHeaders = request.rawHeaders;
    const { promise, resolve } = Promise.withResolvers<SandboxOutcome>();
    this.closed = promise;
    this.settle = resolve;
  }

  /** The body decoded and parsed; undefined when that is not possible. */
  get json(): unknown {
    try {
      return this.parse();
    } catch {
      return undefined;
    }
  }

  /** Parses the body, or throws Cerebras' answer to a body that cannot be read. */
  parse(): unknown {
    this.parsed ??= { json: decodeBody(this.rawBody, this.headers) };
    return this.parsed.json;
  }

  /** The key of the `Authorization` header. */
  get bearer(): string | undefined {
    return /^Bearer (.*)$/i.exec(this.headers.authorization ?? '')?.[1];
  }

  /** The value of a parameter of the query. */
  query(name: string): string | undefined {
    return new URLSearchParams(this.url.slice(this.path.length)).get(name) ?? undefined;
  }

  /** The caller's key, wherever the vendors' clients put it; which of the places counts is for the API to say. */
  get apiKey(): string | undefined {
    const header = this.headers['x-api-key'] ?? this.headers['x-goog-api-key'] ?? this.headers['api-key'];
    return this.bearer ?? (typeof header === 'string' ? header : this.query('key'));
  }

  close(outcome: SandboxOutcome): void {
    this.aborted = outcome === 'aborted';
    this.closedAt = Date.now();
    this.settle(outcome);
  }
}

/** The last requests, bounded in number and in bytes. */
export class RequestLog {
  readonly requests: SandboxRequest[] = [];
  private bytes = 0;
  private readonly waiting: Array<{ count: number; resolve: () => void }> = [];

  constructor(private readonly keep: number) {}

  add(request: SandboxRequest): void {
    if (this.keep === 0) return;
    this.requests.push(request);
    this.bytes += request.rawBody.length;
    while (this.requests.length > this.keep || (this.bytes > MAX_RECORDED_BYTES && this.requests.length > 1)) {
      this.bytes -= this.requests.shift()?.rawBody.length ?? 0;
    }
    for (const waiter of this.waiting) if (this.requests.length >= waiter.count) waiter.resolve();
  }

  clear(): void {
    this.requests.length = 0;
    this.bytes = 0;
  }

  /** Resolves once so many requests have been received since the log was cleared. */
  async waitFor(count: number): Promise<void> {
    if (this.requests.length >= count) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { count, resolve };
    this.waiting.push(waiter);
    await promise;
    this.waiting.splice(this.waiting.indexOf(waiter), 1);
  }
}
