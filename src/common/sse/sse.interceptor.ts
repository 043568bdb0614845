import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Observable, type Subscriber } from 'rxjs';
import type { CallContext } from '../context/call-context.js';
import { drainingError } from '../context/draining.js';
import { callOf } from '../context/call.decorator.js';
import { GatewayError } from '../errors/gateway-error.js';
import { isRecord } from '../json/is-record.js';
import { headerSafe, writeRouteHeaders } from '../http/route-headers.js';
import { FrameStream } from './frame-stream.js';
import { SERVER_SENT_EVENTS, STREAM_CHOICE, type StreamChoice, type StreamForm } from './stream-form.js';

const STREAM_HEADERS = {
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/** Settings of streamed answers. */
export abstract class SseOptions {
  /** Silence after which it is filled, in milliseconds. */
  abstract readonly keepAliveMs: number;
}

/**
 * Sends what an inference handler emits: one object as JSON, or, when the body asks for `stream: true` (or the route's
 * own StreamChoice says so), ready-made frames as server-sent events. Nothing is sent before the first emission, so an error until
 * then is an ordinary HTTP answer. When the client leaves, the Observable is unsubscribed, which aborts
 * the upstream request.
 */
@Injectable()
export class SseInterceptor implements NestInterceptor {
  private readonly reflector = new Reflector();

  constructor(private readonly options: SseOptions) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const choice = this.reflector.get<StreamChoice | undefined>(STREAM_CHOICE, context.getHandler()) ?? bodyChoice;
    const form = choice(request);
    const call = callOf(request);
    call.streamed = form !== undefined;
    return new Observable((answer) =>
      form ? this.stream(next, answer, reply, call, form) : this.whole(next, answer, reply, call),
    );
  }

  private whole(next: CallHandler, answer: Subscriber<unknown>, reply: FastifyReply, call: CallContext) {
    answer.add(call.draining?.onTimeUp(() => answer.error(drainingError())));
    if (answer.closed) return undefined;
    const onClose = (): void => {
      if (!reply.raw.writableFinished) answer.error(clientClosed());
    };
    reply.raw.once('close', onClose);
    const source = next.handle().subscribe({
      next: (value) => {
        writeHeaders(reply, call);
        // A relayed answer is the upstream's own JSON text.
        if (typeof value === 'string') reply.header('content-type', 'application/json; charset=utf-8');
        answer.next(value);
      },
      error: (error: unknown) => answer.error(error),
      complete: () => answer.complete(),
    });
    return () => {
      reply.raw.off('close', onClose);
      source.unsubscribe();
    };
  }

  private stream(
    next: CallHandler,
    answer: Subscriber<unknown>,
    reply: FastifyReply,
    call: CallContext,
    form: StreamForm,
  ) {
    let body: FrameStream | undefined;
    const onClose = (): void => {
      if (!body) answer.error(clientClosed());
    };
    reply.raw.once('close', onClose);
    const source = next.handle().subscribe({
      next: (frames: string) => {
        if (body) return body.write(frames);
        body = new FrameStream({
          demand: call.demand,
          keepAliveMs: Math.min(this.options.keepAliveMs, call.keepAlive?.maxMs ?? Number.POSITIVE_INFINITY),
          keepAlive: call.keepAlive?.frame ?? form.keepAlive,
          onAbandon: () => source.unsubscribe(),
        });
        body.write(frames);
        reply.headers(STREAM_HEADERS).header('content-type', form.contentType);
        writeHeaders(reply, call);
        answer.next(new StreamableFile(body));
        answer.complete();
      },
      // After the first frame a source ends with a frame that says what failed: an error here is a bug,
      // and the socket is cut so that nothing looks like a whole answer.
      error: (error: unknown) => (body ? body.destroy(asError(error)) : answer.error(error)),
      complete: () => (body ? body.finish() : answer.complete()),
    });
    return () => {
      reply.raw.off('close', onClose);
      if (!body) source.unsubscribe();
    };
  }
}

/** A request with a body says it there; one without, in its query. */
const bodyChoice: StreamChoice = ({ method, body, query }) => {
  const asks = method === 'GET' ? isRecord(query) && query.stream === 'true' : isRecord(body) && body.stream === true;
  return asks ? SERVER_SENT_EVENTS : undefined;
};

function writeHeaders(reply: FastifyReply, call: CallContext): void {
  writeRouteHeaders(reply, call);
  if (call.filtered.size > 0) reply.header('x-asbru-filtered-params', listHeader(call.filtered));
  if (call.transformed.size > 0) reply.header('x-asbru-transformed-params', listHeader(call.transformed));
}

/** Most names in a list header: clients limit what all headers hold. */
const MAX_NAMES = 64;

function listHeader(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, MAX_NAMES).map(headerSafe);
  return (names.size > MAX_NAMES ? [...shown, `+${names.size - MAX_NAMES} more`] : shown).join(',');
}

const clientClosed = (): GatewayError => new GatewayError('client_closed_request', 'The client closed the connection.');
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
