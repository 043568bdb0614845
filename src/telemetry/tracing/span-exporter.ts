import { isRecord } from '../../common/json/is-record.js';
import { type OtlpAttribute, type OtlpSpan } from './otlp-span.js';

export interface SpanExporterOptions {
  /** The collector's URL for traces. */
  readonly url: string;
  /** Sent with each batch; may hold a credential. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the spans come from. */
  readonly resource: readonly OtlpAttribute[];
  /** Says that spans are being lost, and why; once until it works again. */
  readonly onTrouble: (reason: string) => void;
  /** Longest time that a span waits for its batch, in milliseconds. */
  readonly delayMs?: number;
  /** First pause before a batch is sent again, in milliseconds. */
  readonly backoffMs?: number;
  readonly maxQueue?: number;
}

/** Defaults of OpenTelemetry's batch span processor, but for the queue. */
const DELAY_MS = 5_000;
const BATCH = 512;
const MAX_QUEUE = 8_192;
const TIMEOUT_MS = 10_000;
const BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;
const MAX_TRIES = 5;
/** Longest time that the last spans get at shutdown. */
const CLOSE_MS = 5_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** The only answers after which a batch may be sent again (OTLP specification, "Retryable Response Codes"). */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** What became of one try to send a batch. */
type Delivery = { taken: number } | { again: string; afterMs?: number } | { refused: string };

/** Sends spans to a collector in batches, as OTLP over HTTP in JSON. It never waits in a request's way. */
export class SpanExporter {
  private readonly queue: OtlpSpan[] = [];
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private troubled = false;
  exported = 0;
  dropped = 0;

  constructor(private readonly options: SpanExporterOptions) {}

  /** Takes spans, or drops them when the collector cannot keep up. */
  add(spans: readonly OtlpSpan[]): void {
    const room = (this.options.maxQueue ?? MAX_QUEUE) - this.queue.length;
    if (room < spans.length) {
      this.dropped += spans.length;
      this.trouble('the queue is full');
      return;
    }
    this.queue.push(...spans);
    if (this.queue.length >= BATCH) void this.send();
    else this.timer ??= setTimeout(() => void this.send(), this.options.delayMs ?? DELAY_MS).unref();
  }

  /** Sends what is there now. */
  async flush(): Promise<void> {
    while (this.queue.length > 0) await this.send();
    await this.sending;
  }

  /** The end: what is there is sent, but nobody waits long for it. */
  async close(): Promise<void> {
    const deadline = setTimeout(() => this.stopping.abort(), CLOSE_MS);
    await this.flush();
    clearTimeout(deadline);
    clearTimeout(this.timer);
  }

  private send(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sending ??= this.sendBatches().finally(() => (this.sending = undefined));
    return this.sending;
  }

  private async sendBatches(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.queue.splice(0, BATCH);
      const taken = await this.deliver(batch);
      this.exported += taken;
      this.dropped += batch.length - taken;
    }
  }

  /** How many spans of the batch the collector took. */
  private async deliver(batch: readonly OtlpSpan[]): Promise<number> {
    const body = this.encode(batch);
    for (let attempt = 0; !this.stopping.signal.aborted; attempt++) {
      const delivery = await this.post(body, batch.length);
      if ('taken' in delivery) {
        this.troubled = false;
        return delivery.taken;
      }
      if ('refused' in delivery) {
        this.trouble(delivery.refused);
        return 0;
      }
      if (attempt + 1 >= MAX_TRIES) {
        this.trouble(delivery.again);
        return 0;
      }
      await this.pause(delivery.afterMs ?? this.backoff(attempt));
    }
    return 0;
  }

  private async post(body: string, size: number): Promise<Delivery> {
    try {
      // Only who exports spans needs all of undici.
      const { request } = await import('undici');
      const {
        statusCode,
        headers,
        body: answer,
      } = await request(this.options.url, {
        method: 'POST',
        headers: { ...this.options.headers, 'content-type': 'application/json' },
        body,
        signal: AbortSignal.any([this.stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      const text = await readText(answer);
      if (statusCode >= 200 && statusCode < 300) return { taken: size - rejectedSpans(text) };
      const reason = `the collector answered ${statusCode}`;
      return RETRYABLE.has(statusCode)
        ? { again: reason, afterMs: retryAfter(headers['retry-after']) }
        : { refused: reason };
    } catch (error) {
      return { again: `the collector cannot be reached: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  private encode(spans: readonly OtlpSpan[]): string {
    const scopeSpans = [{ scope: { name: 'asbru' }, spans }];
    return JSON.stringify({ resourceSpans: [{ resource: { attributes: this.options.resource }, scopeSpans }] });
  }

  private backoff(attempt: number): number {
    const full = Math.min(MAX_BACKOFF_MS, (this.options.backoffMs ?? BACKOFF_MS) * 2 ** attempt);
    return full / 2 + (Math.random() * full) / 2;
  }

  /** Waits, but not beyond the end of the process. */
  private async pause(ms: number): Promise<void> {
    const { signal } = this.stopping;
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    timer.unref();
    const stop = (): void => resolve();
    signal.addEventListener('abort', stop, { once: true });
    await promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }

  private trouble(reason: string): void {
    if (this.troubled) return;
    this.troubled = true;
    this.options.onTrouble(reason);
  }
}

async function readText(answer: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer) {
    size += part.length;
    if (size > MAX_ANSWER_BYTES) break;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** A collector may take a batch in part; it says how many it did not (`partialSuccess`). */
function rejectedSpans(text: string): number {
  try {
    const answer: unknown = JSON.parse(text);
    const partial = isRecord(answer) && isRecord(answer.partialSuccess) ? answer.partialSuccess : {};
    const rejected = Number(partial.rejectedSpans ?? 0);
    return Number.isFinite(rejected) ? rejected : 0;
  } catch {
    return 0;
  }
}

/** Milliseconds of a `Retry-After` in seconds; a date, or none, leaves the pause to the backoff. */
function retryAfter(header: string | string[] | undefined): number | undefined {
  const seconds = typeof header === 'string' ? Number(header) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(MAX_BACKOFF_MS, seconds * 1000) : undefined;
}
