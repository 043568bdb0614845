import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Observable, type Subscriber } from 'rxjs';
import type { CallContext } from '../../../common/context/call-context.js';
import { callOf } from '../../../common/context/call.decorator.js';
import { drainingError } from '../../../common/context/draining.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { toGatewayError } from '../../../common/errors/to-gateway-error.js';
import { writeRouteHeaders } from '../../../common/http/route-headers.js';
import { FrameStream } from '../../../common/sse/frame-stream.js';
import { SseOptions } from '../../../common/sse/sse.interceptor.js';
import { SERVER_SENT_EVENTS } from '../../../common/sse/stream-form.js';
import { isHead, type RelayedHead, type RelayedPart } from '../../providers/relayed-operation.port.js';

/** Stored files and media are whatever somebody once uploaded: a browser must not take them for a page of this origin. */
const OF_ANY_TYPE = { 'x-content-type-options': 'nosniff', 'content-security-policy': 'sandbox' };
const OF_EVENTS = { 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' };

/**
 * Sends a relayed answer as its parts come: the head, then bytes at the speed of the reader. Until the head, a failure is
 * an ordinary HTTP answer; after it, an event that says so in a stream of events, and else a broken connection, so that
 * nothing looks like a whole answer.
 */
@Injectable()
export class RelayInterceptor implements NestInterceptor {
  constructor(private readonly options: SseOptions) {}

  intercept(context: ExecutionContext, next: CallHandler<RelayedPart>): Observable<unknown> {
    const http = context.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const call = callOf(http.getRequest<FastifyRequest>());
    return new Observable((answer) => {
      const delivery = new Delivery(answer, reply, call, this.options.keepAliveMs);
      delivery.follow(next.handle());
      return () => delivery.leave();
    });
  }
}

/** One answer on its way out. */
class Delivery {
  private body: FrameStream | undefined;
  private isEventStream = false;
  private stop: () => void = () => undefined;

  constructor(
    private readonly answer: Subscriber<unknown>,
    private readonly reply: FastifyReply,
    private readonly call: CallContext,
    private readonly keepAliveMs: number,
  ) {}

  follow(source: Observable<RelayedPart>): void {
    const { reply, call, answer } = this;
    answer.add(call.draining?.onTimeUp(() => this.fail(drainingError())));
    if (answer.closed) return;
    reply.raw.once('close', this.onClose);
    const subscription = source.subscribe({
      next: (part) => this.take(part),
      error: (error: unknown) => this.fail(error),
      complete: () => (this.body ? this.body.finish() : answer.complete()),
    });
    this.stop = () => subscription.unsubscribe();
    if (answer.closed && !this.body) this.stop();
  }

  /** The handler's answer is out, or nobody waits for it: a body that has begun goes on by itself. */
  leave(): void {
    this.reply.raw.off('close', this.onClose);
    if (!this.body) this.stop();
  }

  private readonly onClose = (): void => {
    if (this.body) return;
    this.answer.error(new GatewayError('client_closed_request', 'The client closed the connection.'));
  };

  private take(part: RelayedPart): void {
    if (isHead(part)) this.begin(part);
    else this.body?.write(part);
  }

  private begin({ headers, isEventStream }: RelayedHead): void {
    const { reply, call, answer } = this;
    this.isEventStream = isEventStream;
    this.body = new FrameStream({
      demand: call.demand,
      ...(isEventStream && { keepAliveMs: this.keepAliveMs, keepAlive: SERVER_SENT_EVENTS.keepAlive }),
      onAbandon: () => this.stop(),
    });
    const isJson = headers['content-type']?.startsWith('application/json');
    reply.headers({ ...headers, ...(isEventStream ? OF_EVENTS : isJson ? {} : OF_ANY_TYPE) });
    writeRouteHeaders(reply, call);
    answer.next(new StreamableFile(this.body));
    answer.complete();
  }

  private fail(error: unknown): void {
    const { body, call, answer } = this;
    if (!body) return answer.error(error);
    call.error = toGatewayError(error);
    if (this.isEventStream) {
      const problem = JSON.stringify({ type: 'error', error: call.error.toOpenAiError() });
      body.write(`event: error\ndata: ${problem}\n\n`);
      body.finish();
    } else {
      body.destroy(call.error);
    }
    this.stop();
  }
}
