import { Observable, type Subscriber } from 'rxjs';
import type {
  UpstreamExchange,
  UpstreamHeaders,
  UpstreamRequest,
  UpstreamSink,
} from '../../../common/http/upstream-client.js';
import { toUpstreamError } from '../../../common/http/upstream-errors.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { Attempt } from '../attempt.js';
import { AnswerBody, type AnswerReading, noteHead, parseAnswer } from './upstream-answer.js';

interface Options {
  readonly provider: string;
  readonly request: UpstreamRequest;
  readonly attempt: Attempt;
  readonly reading?: AnswerReading;
  /** Notes what the caller's answer and the log take from the head of the upstream's; by default as OpenAI's. */
  readonly noteHead?: (status: number, headers: UpstreamHeaders) => void;
  /** The error of an answer whose status is not 200; by default as OpenAI and Cerebras write it. */
  readonly readError?: (status: number, headers: UpstreamHeaders, body: string) => GatewayError;
}

export interface WholeOptions<T> extends Options {
  /** Turns the JSON body into the canonical answer. @throws GatewayError */
  readonly read: (body: unknown) => T;
}

export interface WholeTextOptions<T> extends Options {
  /** Turns the body's text into the answer. @throws GatewayError */
  readonly readText: (text: string) => T;
}

/** A whole JSON answer of an upstream. Subscribing sends the request, unsubscribing aborts it. */
export function openWhole<T>(options: () => WholeOptions<T>): Observable<T> {
  return openWholeText(() => {
    const { read, ...rest } = options();
    return { ...rest, readText: (text) => read(parseAnswer(text)) };
  });
}

/** The same for an answer whose text is wanted as it came. */
export function openWholeText<T>(options: () => WholeTextOptions<T>): Observable<T> {
  return new Observable((subscriber) => {
    const answer = new UpstreamWhole(options(), subscriber);
    return () => answer.close();
  });
}

class UpstreamWhole<T> implements UpstreamSink {
  private readonly exchange: UpstreamExchange;
  private body: AnswerBody | undefined;
  private ended = false;

  constructor(
    private readonly options: WholeTextOptions<T>,
    private readonly subscriber: Subscriber<T>,
  ) {
    const { request, attempt } = options;
    this.exchange = attempt.key.client.send(request, this, attempt.clocks);
  }

  head(status: number, headers: UpstreamHeaders): void {
    const { attempt, noteHead: note, reading } = this.options;
    const read = reading?.headers(headers) ?? headers;
    if (note) note(status, read);
    else noteHead(attempt, status, read);
    this.body = new AnswerBody(status, read, reading?.statuses);
  }

  data(bytes: Buffer): void {
    this.body?.add(bytes);
    this.exchange.progress();
  }

  end(): void {
    const { body, options } = this;
    if (!body) return this.fail(new GatewayError('upstream_error', `${options.provider} closed the connection.`));
    if (body.isError) return this.fail(this.errorOf(body));
    this.ended = true;
    try {
      this.subscriber.next(options.readText(body.text()));
      this.subscriber.complete();
    } catch (error) {
      this.subscriber.error(toUpstreamError(error));
    }
  }

  fail(error: GatewayError): void {
    this.ended = true;
    this.subscriber.error(error);
  }

  private errorOf(body: AnswerBody): GatewayError {
    const { provider, readError } = this.options;
    return readError ? readError(body.status, body.headers, body.text()) : body.toError(provider);
  }

  close(): void {
    if (!this.ended) this.exchange.abort();
  }
}
