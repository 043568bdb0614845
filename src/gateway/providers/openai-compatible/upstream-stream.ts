import { Observable, type Subscriber } from 'rxjs';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import type {
  UpstreamExchange,
  UpstreamHeaders,
  UpstreamRequest,
  UpstreamSink,
} from '../../../common/http/upstream-client.js';
import { isRecord } from '../../../common/json/is-record.js';
import { SseParser, type SseEvent } from '../../../common/sse/sse-parser.js';
import type { FinishReason, Usage } from '../../openai/chat.types.js';
import { type OutputPiece, outputLengthOf } from '../../openai/output-length.js';
import type { Attempt } from '../attempt.js';
import { readStreamError } from './error-reader.js';
import { AnswerBody, type AnswerReading, noteHead } from './upstream-answer.js';

/** Turns upstream chunks into canonical ones; see ChunkNormaliser. */
export interface StreamNormaliser<T> {
  /** @param data the chunk as it came */
  push(source: Record<string, unknown>, data: string): T[];
  /** The piece of a chunk that differs from an earlier one in its text alone; undefined for any other. */
  repeat?(data: string): T | undefined;
  close(): T[];
  readonly isFinished: boolean;
  readonly hasOpenChoice: boolean;
  readonly usage: Usage | undefined;
  /** Whether the usage is that of the whole answer. */
  readonly hasFinalUsage: boolean;
  readonly finishReason: FinishReason | undefined;
  /** Seconds that the request waited inside the provider, when it says so. */
  readonly queueTime: number | undefined;
}

export interface StreamOptions<T> {
  provider: string;
  request: UpstreamRequest;
  attempt: Attempt;
  /** Whether a piece that is not JSON is counted and left out, instead of failing the answer. */
  skipMalformed: boolean;
  normaliser: StreamNormaliser<T>;
  /** Notes what the caller's answer and the log take from the head of the upstream's; by default as OpenAI's. */
  noteHead?: (status: number, headers: UpstreamHeaders) => void;
  /** The error of an answer whose status is not 200; by default as OpenAI and Cerebras write it. */
  readError?: (status: number, headers: UpstreamHeaders, body: string) => GatewayError;
  /** The error that an event of the stream reports; by default as OpenAI and Cerebras write it. */
  readStreamError?: (event: Record<string, unknown>) => GatewayError;
  /** How this upstream's headers and errors differ from OpenAI's; what is given above goes first. */
  readonly reading?: AnswerReading;
}

/**
 * A streamed answer of an upstream, one emission for each read of its socket.
 * Completes only after a finish reason or the upstream's own end mark; every other end is an error.
 */
export function openStream<T extends OutputPiece>(options: () => StreamOptions<T>): Observable<readonly T[]> {
  return new Observable((subscriber) => {
    const stream = new UpstreamStream(options(), subscriber);
    return () => stream.close();
  });
}

/** The one place that decides how a stream ended. Each way out calls finish() or fail(), once. */
class UpstreamStream<T extends OutputPiece> implements UpstreamSink {
  private readonly exchange: UpstreamExchange;
  private readonly parser = new SseParser((event) => this.onEvent(event));
  private batch: T[] = [];
  private errorBody: AnswerBody | undefined;
  private ended = false;
  private succeeded = false;
  /** Whether the read that is being parsed says something, if only a role. */
  private progressed = false;
  private afterFinish: NodeJS.Timeout | undefined;
  /** Runs out when the upstream talks but says nothing: comments and bare roles are no token. */
  private readonly firstToken: NodeJS.Timeout;

  constructor(
    private readonly options: StreamOptions<T>,
    private readonly subscriber: Subscriber<readonly T[]>,
  ) {
    const { request, attempt } = options;
    const { clocks, demand, key } = attempt;
    attempt.readUsageOf(options.normaliser);
    this.firstToken = setTimeout(() => this.onSilence(clocks.firstTokenMs), clocks.firstTokenMs);
    this.exchange = key.client.send(request, this, clocks);
    demand.control(
      () => this.exchange.pause(),
      () => this.exchange.resume(),
    );
  }

  head(status: number, headers: UpstreamHeaders): void {
    const { attempt, reading, noteHead: note } = this.options;
    const read = reading?.headers(headers) ?? headers;
    if (note) note(status, headers);
    else noteHead(attempt, status, read);
    if (status !== 200) {
      this.errorBody = new AnswerBody(status, read, this.options.reading?.statuses);
    } else if (!String(headers['content-type']).startsWith('text/event-stream')) {
      throw new GatewayError('upstream_invalid_response', `${this.options.provider} did not answer with a stream.`);
    }
  }

  data(bytes: Buffer): void {
    if (this.errorBody) return this.errorBody.add(bytes);
    this.parser.feed(bytes);
    // Once for each read: setting a clock costs as much as reading a chunk.
    if (this.progressed && !this.ended) this.exchange.progress();
    this.progressed = false;
    this.flush();
  }

  end(): void {
    if (this.errorBody) return this.break(this.errorOf(this.errorBody));
    try {
      this.parser.end();
    } catch {
      // An event that the end has cut in the middle: what is left of it says nothing.
      return this.fail(truncated(this.options.provider));
    }
    this.flush();
    this.fail(truncated(this.options.provider));
  }

  /** The connection broke, or a clock ran out. */
  fail(error: GatewayError): void {
    // Behind the last finish reason at most the usage is missing: the answer itself is whole.
    if (this.options.normaliser.isFinished) this.finish();
    else this.break(error);
  }

  private break(error: GatewayError): void {
    if (this.ended) return;
    this.ended = true;
    this.stopClocks();
    // Tokens that came before the failure, in the same read, belong to the caller.
    this.emit();
    this.subscriber.error(error);
  }

  /** The subscriber is gone: after a whole answer the socket is kept, else the upstream request is aborted. */
  close(): void {
    this.ended = true;
    this.stopClocks();
    if (this.succeeded) this.exchange.release();
    else this.exchange.abort();
  }

  private onEvent({ data, event }: SseEvent): void {
    if (this.ended) return;
    if (data === '[DONE]') return this.onDone();
    const repeated = event === 'error' ? undefined : this.options.normaliser.repeat?.(data);
    if (repeated === undefined) return this.onChunk(data, event === 'error');
    this.progressed = true;
    this.batch.push(repeated);
  }

  private onChunk(data: string, isError: boolean): void {
    const chunk = this.parse(data);
    if (!chunk) return;
    if (isError || (chunk.error !== undefined && chunk.error !== null)) return this.break(this.streamErrorOf(chunk));
    this.progressed = true;
    const { normaliser } = this.options;
    for (const piece of normaliser.push(chunk, data)) this.batch.push(piece);
    if (normaliser.isFinished) this.onFinished();
  }

  private onDone(): void {
    const { normaliser, provider } = this.options;
    if (normaliser.hasOpenChoice && this.isEmpty) return this.break(truncated(provider));
    this.finish();
  }

  private onFinished(): void {
    if (this.options.normaliser.hasFinalUsage) this.finish();
    else this.afterFinish ??= setTimeout(() => this.onParked(), this.options.attempt.clocks.afterFinishMs);
  }

  /** The upstream keeps the stream open after its last finish reason. */
  private onParked(): void {
    // Or the client is slow, and the rest has not been read yet.
    if (this.options.attempt.call.demand.isPaused) this.afterFinish?.refresh();
    else this.finish();
  }

  private finish(): void {
    if (this.ended) return;
    const { normaliser, attempt } = this.options;
    for (const piece of normaliser.close()) this.batch.push(piece);
    this.ended = true;
    this.succeeded = true;
    this.stopClocks();
    attempt.finishReason = normaliser.finishReason;
    attempt.usage = normaliser.usage;
    attempt.queueTime = normaliser.queueTime;
    this.emit();
    this.subscriber.complete();
  }

  private flush(): void {
    if (!this.ended) this.emit();
  }

  private emit(): void {
    if (this.batch.length === 0) return;
    this.noteFirstToken();
    const { batch } = this;
    for (const piece of batch) this.options.attempt.outputLength += outputLengthOf(piece);
    this.batch = [];
    this.subscriber.next(batch);
  }

  private noteFirstToken(): void {
    const { attempt } = this.options;
    if (attempt.firstTokenMs !== undefined) return;
    clearTimeout(this.firstToken);
    attempt.firstTokenMs = performance.now() - attempt.startedAt;
  }

  private onSilence(limitMs: number): void {
    const message = `${this.options.provider} did not answer in time (first token limit of ${limitMs} ms).`;
    this.break(new GatewayError('upstream_timeout', message));
  }

  private stopClocks(): void {
    clearTimeout(this.afterFinish);
    clearTimeout(this.firstToken);
  }

  private errorOf(body: AnswerBody): GatewayError {
    const { provider, readError } = this.options;
    return readError ? readError(body.status, body.headers, body.text()) : body.toError(provider);
  }

  private streamErrorOf(event: Record<string, unknown>): GatewayError {
    const { provider, reading, readStreamError: read } = this.options;
    return read ? read(event) : readStreamError(provider, event, reading?.statuses);
  }

  private get isEmpty(): boolean {
    return this.batch.length === 0 && this.options.attempt.firstTokenMs === undefined;
  }

  private parse(data: string): Record<string, unknown> | undefined {
    let chunk: unknown;
    try {
      chunk = JSON.parse(data);
    } catch {
      chunk = undefined;
    }
    if (isRecord(chunk)) return chunk;
    if (this.options.skipMalformed) {
      this.options.attempt.call.malformedChunks++;
      return undefined;
    }
    throw new GatewayError(
      'upstream_invalid_response',
      `${this.options.provider} sent a piece of its stream that is not JSON.`,
    );
  }
}

function truncated(provider: string): GatewayError {
  return new GatewayError('upstream_truncated', `${provider} closed the stream before finish_reason.`);
}
