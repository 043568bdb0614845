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
import { AnswerBody, noteHead } from './upstream-answer.js';

export interface WholeOptions<T> {
  provider: string;
  request: UpstreamRequest;
  attempt: Attempt;
  /** Turns the JSON body into the canonical answer. @throws GatewayError */
  read: (body: unknown) => T;
}

/** A whole answer of an upstream. Subscribing sends the request, unsubscribing aborts it. */
export function openWhole<T>(options: () => WholeOptions<T>): Observable<T> {
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
    private readonly options: WholeOptions<T>,
    private readonly subscriber: Subscriber<T>,
  ) {
    const { request, attempt } = options;
    this.exchange = attempt.key.client.send(request, this, attempt.clocks);
  }

  head(status: number, headers: UpstreamHeaders): void {
    noteHead(this.options.attempt, status, headers);
    this.body = new AnswerBody(status, headers);
  }

  data(bytes: Buffer): void {
    this.body?.add(bytes);
    this.exchange.progress();
  }

  end(): void {
    const { body, options } = this;
    if (!body) return this.fail(new GatewayError('upstream_error', `${options.provider} closed the connection.`));
    if (body.isError) return this.fail(body.toError(options.provider));
    this.ended = true;
    try {
      this.subscriber.next(options.read(body.json()));
      this.subscriber.complete();
    } catch (error) {
      this.subscriber.error(toUpstreamError(error));
    }
  }

  fail(error: GatewayError): void {
    this.ended = true;
    this.subscriber.error(error);
  }

  close(): void {
    if (!this.ended) this.exchange.abort();
  }
}
