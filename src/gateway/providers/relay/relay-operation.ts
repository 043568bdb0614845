import { Observable, type Subscriber } from 'rxjs';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { hopHeaders } from '../../../common/http/hops.js';
import type {
  UpstreamExchange,
  UpstreamHeaders,
  UpstreamRequest,
  UpstreamSink,
} from '../../../common/http/upstream-client.js';
import { toUpstreamError } from '../../../common/http/upstream-errors.js';
import { isRecord } from '../../../common/json/is-record.js';
import type { Attempt } from '../attempt.js';
import { readUpstreamError } from '../openai-compatible/error-reader.js';
import { type AnswerReading, noteHead } from '../openai-compatible/upstream-answer.js';
import type { RelayedPart, RelayedRequest } from '../relayed-operation.port.js';
import { EventBody, JsonBody, notJson, RawBody, type RelayedBody } from './relayed-body.js';

export interface RelayOperationOptions {
  readonly provider: string;
  readonly attempt: Attempt;
  readonly request: RelayedRequest;
  /** Where the operation is at this upstream. */
  readonly path: string;
  /** What the request's body has to say for its model. */
  readonly upstreamModel: string;
  readonly reading: AnswerReading;
}

/** Most of an error's body that is read, in bytes. */
const MAX_ERROR_BYTES = 64 * 1024;
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\b/i;
const EVENTS_TYPE = /^text\/event-stream\b/i;
const HTML_TYPE = /^(?:text\/html|application\/xhtml\+xml)\b/i;

/**
 * The answer of an operation that the gateway has no form for, as it came: JSON, events, audio, a file. Memory is bounded
 * whatever its size. An answer that breaks after its head is an error, never an end.
 */
export function openRelayedOperation(options: () => RelayOperationOptions): Observable<RelayedPart> {
  return new Observable((subscriber) => {
    const relay = new OperationRelay(options(), subscriber);
    return () => relay.close();
  });
}

class OperationRelay implements UpstreamSink {
  private readonly exchange: UpstreamExchange;
  private status = 0;
  private headers: UpstreamHeaders = {};
  private body: RelayedBody | undefined;
  private readonly error: Buffer[] = [];
  private errorSize = 0;
  /** What may not go out yet. */
  private held: Array<Buffer | string> = [];
  private hasBegun = false;
  private ended = false;

  constructor(
    private readonly options: RelayOperationOptions,
    private readonly subscriber: Subscriber<RelayedPart>,
  ) {
    const { attempt } = options;
    this.exchange = attempt.key.client.send(upstreamRequest(options), this, attempt.clocks);
    attempt.demand.control(
      () => this.exchange.pause(),
      () => this.exchange.resume(),
    );
  }

  head(status: number, headers: UpstreamHeaders): void {
    this.status = status;
    this.headers = headers;
    noteHead(this.options.attempt, status, this.options.reading.headers(headers));
    if (isSuccess(status)) this.body = this.bodyFor(headers);
  }

  data(bytes: Buffer): void {
    if (this.ended) return;
    this.exchange.progress();
    if (!this.body) return this.keepError(bytes);
    this.take(() => this.body?.feed(bytes) ?? []);
    if (!this.ended && this.body.mayBegin) this.emit();
  }

  end(): void {
    if (this.ended) return;
    if (!this.body) return this.fail(this.readError());
    const empty = this.status === 204 || this.status === 205;
    if (!empty) this.take(() => this.body?.end() ?? []);
    if (this.ended) return;
    this.emit();
    this.finish();
    this.subscriber.complete();
  }

  fail(error: GatewayError): void {
    if (this.ended) return;
    this.finish();
    this.subscriber.error(error);
  }

  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.exchange.abort();
  }

  private take(read: () => Array<Buffer | string>): void {
    try {
      this.held.push(...read());
      if (this.body?.failure) throw this.body.failure;
    } catch (error) {
      // What came before the failure, in the same read, belongs to the caller.
      if (this.hasBegun || (this.body?.failure && this.body.mayBegin)) this.emit();
      this.exchange.abort();
      this.fail(toUpstreamError(error));
    }
  }

  private emit(): void {
    const { attempt } = this.options;
    if (!this.hasBegun) {
      this.hasBegun = true;
      const isEventStream = this.body instanceof EventBody;
      if (isEventStream) attempt.firstTokenMs = performance.now() - attempt.startedAt;
      this.subscriber.next({ headers: this.shownHeaders(), isEventStream });
    }
    const { held } = this;
    this.held = [];
    for (const piece of held) if (piece.length > 0) this.subscriber.next(piece);
  }

  private finish(): void {
    this.ended = true;
    this.options.attempt.usage = this.body?.usage;
  }

  private bodyFor({ 'content-type': type, 'content-encoding': encoding }: UpstreamHeaders): RelayedBody {
    const { provider, attempt } = this.options;
    const { answer } = this.options.request;
    const kind = typeof type === 'string' ? type : '';
    if (encoding !== undefined && encoding !== 'identity') {
      throw new GatewayError(
        'upstream_invalid_response',
        `${provider} answered in an encoding that was not asked for.`,
      );
    }
    if (answer.kind === 'file') return new RawBody();
    if (EVENTS_TYPE.test(kind)) return new EventBody(provider);
    if (JSON_TYPE.test(kind)) return new JsonBody(provider, attempt.call.answerModel);
    if (answer.kind === 'json' || HTML_TYPE.test(kind)) throw notJson(provider);
    return new RawBody();
  }

  /** The upstream's cookies, its server and all else that is its own stay here. */
  private shownHeaders(): Record<string, string> {
    const shown: Record<string, string> = {};
    const names = ['content-type', 'content-disposition', ...(this.body instanceof RawBody ? ['content-length'] : [])];
    for (const name of names) {
      const value = this.headers[name];
      if (typeof value === 'string') shown[name] = value;
    }
    return shown;
  }

  private keepError(bytes: Buffer): void {
    this.errorSize += bytes.length;
    if (this.errorSize <= MAX_ERROR_BYTES) this.error.push(bytes);
  }

  private readError(): GatewayError {
    const { provider, request, reading } = this.options;
    const body = Buffer.concat(this.error).toString('utf8');
    if (this.status === 404 && request.answer.namesThing) {
      const message = messageOf(body);
      if (message !== undefined) return new GatewayError('not_found', message, { wireCode: null });
    }
    const error = readUpstreamError(provider, this.status, reading.headers(this.headers), body, reading.statuses);
    if (error.code !== 'context_length_exceeded') return error;
    return new GatewayError(error.code, error.message, { param: 'input', cause: error });
  }
}

function upstreamRequest({ request, path, upstreamModel, attempt }: RelayOperationOptions): UpstreamRequest {
  const { key, traceHeaders, call } = attempt;
  const content = request.content?.(upstreamModel);
  const mark = path.includes('?') ? '&' : '?';
  return {
    method: request.method,
    path: request.query === '' ? path : `${path}${mark}${request.query}`,
    headers: { ...key.headers, ...traceHeaders, ...hopHeaders(call.hops), ...content?.headers },
    ...(content && { body: content.body }),
  };
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** The upstream's own words of what it does not have; undefined when it only knows no such path. */
function messageOf(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const error = isRecord(parsed) && isRecord(parsed.error) ? parsed.error : parsed;
    return isRecord(error) && typeof error.message === 'string' ? error.message.slice(0, 2_000) : undefined;
  } catch {
    return undefined;
  }
}
