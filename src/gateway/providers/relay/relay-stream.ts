import { Observable, type Subscriber } from 'rxjs';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import type {
  UpstreamExchange,
  UpstreamHeaders,
  UpstreamRequest,
  UpstreamSink,
} from '../../../common/http/upstream-client.js';
import { toUpstreamError } from '../../../common/http/upstream-errors.js';
import type { Attempt } from '../attempt.js';
import { FrameSplitter, type RawFrame } from './frame-splitter.js';
import type { StreamInspector } from './relay-inspector.js';

export interface RelayStreamOptions {
  readonly provider: string;
  readonly request: UpstreamRequest;
  readonly attempt: Attempt;
  readonly inspector: StreamInspector;
  /** Notes what the caller's answer and the log take from the head of the upstream's. */
  readonly noteHead: (status: number, headers: UpstreamHeaders) => void;
  /** The error of an answer whose status is not 200. */
  readonly readError: (status: number, headers: UpstreamHeaders, body: string) => GatewayError;
}

/** What an event of any dialect has beside a piece of text, in characters, about. */
const EVENT_FRAME = 90;
/** Most of an error's body that is read, in bytes. */
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * A streamed answer in the caller's own dialect: the frames leave as the bytes that came, one emission for each read of
 * the upstream's socket. Nothing is emitted before the first piece of answer, so that until then another may be asked.
 * Completes only after the dialect's own end; every other end is an error.
 */
export function openRelayStream(options: () => RelayStreamOptions): Observable<string> {
  return new Observable((subscriber) => {
    const relay = new RelayStream(options(), subscriber);
    return () => relay.close();
  });
}

/** The one place that decides how a relayed stream ended. Each way out calls finish() or break(), once. */
class RelayStream implements UpstreamSink {
  private readonly exchange: UpstreamExchange;
  private readonly splitter = new FrameSplitter();
  private readonly firstToken: NodeJS.Timeout;
  /** Runs out when the upstream keeps a stream open that has all of its answer. */
  private afterFinish: NodeJS.Timeout | undefined;
  private status = 0;
  private headers: UpstreamHeaders = {};
  private readonly errorBody: Buffer[] = [];
  private errorSize = 0;
  /** Frames that are not out yet: those of this read, and before the commit point all. */
  private waiting = '';
  private ended = false;
  private succeeded = false;

  constructor(
    private readonly options: RelayStreamOptions,
    private readonly subscriber: Subscriber<string>,
  ) {
    const { request, attempt } = options;
    const { clocks, demand, key } = attempt;
    attempt.readUsageOf(options.inspector);
    this.firstToken = setTimeout(() => this.onSilence(clocks.firstTokenMs), clocks.firstTokenMs);
    this.exchange = key.client.send(request, this, clocks);
    demand.control(
      () => this.exchange.pause(),
      () => this.exchange.resume(),
    );
  }

  head(status: number, headers: UpstreamHeaders): void {
    this.status = status;
    this.headers = headers;
    this.options.noteHead(status, headers);
    if (status === 200 && !String(headers['content-type']).startsWith('text/event-stream')) {
      throw new GatewayError('upstream_invalid_response', `${this.options.provider} did not answer with a stream.`);
    }
  }

  data(bytes: Buffer): void {
    if (this.status !== 200) return this.keepError(bytes);
    for (const frame of this.splitter.feed(bytes)) {
      if (this.ended) return;
      this.take(frame);
    }
    this.emit();
  }

  end(): void {
    if (this.ended) return;
    const { options, status, headers } = this;
    if (status !== 200) return this.break(options.readError(status, headers, Buffer.concat(this.errorBody).toString()));
    const last = this.splitter.end();
    if (last) this.take(last);
    this.stop();
  }

  /** The connection broke, or a clock ran out. */
  fail(error: GatewayError): void {
    this.stop(error);
  }

  /** The subscriber is gone: after a whole answer the socket is kept, else the upstream request is aborted. */
  close(): void {
    this.ended = true;
    clearTimeout(this.firstToken);
    clearTimeout(this.afterFinish);
    if (this.succeeded) this.exchange.release();
    else this.exchange.abort();
  }

  private take({ text, event }: RawFrame): void {
    if (!event) {
      this.waiting += text;
      return;
    }
    this.exchange.progress();
    this.options.attempt.outputLength += Math.max(0, event.data.length - EVENT_FRAME);
    try {
      const data = this.options.inspector.event(event);
      this.waiting += data === undefined ? text : rewritten(event.event, data);
    } catch (error) {
      this.break(toUpstreamError(error));
      return;
    }
    if (this.options.inspector.isFinished) this.finish();
    else if (this.options.inspector.mayEnd) this.awaitEnd();
  }

  /** After the dialect's end the answer is whole, however the connection ends. */
  private stop(error?: GatewayError): void {
    const { inspector, provider } = this.options;
    if (inspector.isFinished || inspector.mayEnd) this.finish();
    else this.break(error ?? new GatewayError('upstream_truncated', `${provider} closed the stream before its end.`));
  }

  /** Nothing is missing but the end of the body. */
  private awaitEnd(): void {
    this.afterFinish ??= setTimeout(() => this.onParked(), this.options.attempt.clocks.afterFinishMs);
  }

  private onParked(): void {
    // Or the client is slow, and the rest has not been read yet.
    if (this.options.attempt.call.demand.isPaused) this.afterFinish?.refresh();
    else this.finish();
  }

  private finish(): void {
    if (this.ended) return;
    this.emit();
    this.ended = true;
    this.succeeded = true;
    this.settle();
    this.subscriber.complete();
  }

  private break(error: GatewayError): void {
    if (this.ended) return;
    // Pieces that came before the failure, in the same read, belong to the caller.
    this.emit();
    this.ended = true;
    this.settle();
    this.subscriber.error(error);
  }

  /** What is known of the cost, however the stream ended. */
  private settle(): void {
    clearTimeout(this.firstToken);
    clearTimeout(this.afterFinish);
    const { attempt, inspector } = this.options;
    attempt.usage = inspector.usage;
    attempt.finishReason = inspector.finishReason;
  }

  private emit(): void {
    const { inspector, attempt } = this.options;
    if (this.ended || this.waiting === '' || !inspector.hasBegun) return;
    if (attempt.firstTokenMs === undefined) {
      clearTimeout(this.firstToken);
      attempt.firstTokenMs = performance.now() - attempt.startedAt;
    }
    const frames = this.waiting;
    this.waiting = '';
    this.subscriber.next(frames);
  }

  private onSilence(limitMs: number): void {
    const message = `${this.options.provider} did not answer in time (first token limit of ${limitMs} ms).`;
    this.break(new GatewayError('upstream_timeout', message));
  }

  private keepError(bytes: Buffer): void {
    this.errorSize += bytes.length;
    if (this.errorSize <= MAX_ERROR_BYTES) this.errorBody.push(bytes);
    this.exchange.progress();
  }
}

function rewritten(name: string | undefined, data: string): string {
  const lines = data.split('\n').map((line) => `data: ${line}\n`);
  return `${name === undefined ? '' : `event: ${name}\n`}${lines.join('')}\n`;
}
