import { Bucket, type SandboxLimits } from '../rate-limits.js';
import { AnthropicRefusal } from './anthropic-answers.js';

/** High enough that nobody meets them by chance. */
const GENEROUS = { requests: 10_000_000, tokens: 100_000_000_000 };

interface Buckets {
  requests: Bucket;
  input: Bucket;
  output: Bucket;
}

/** What one request holds of the limits while it runs. */
export interface AnthropicReservation {
  /** The rate-limit headers, flat as node's `writeHead` takes them. */
  readonly headers: string[];
  /** Gives back what the answer did not need. */
  settle(outputTokens: number): void;
}

/** The per-minute limits of each model; `limits.tokens.minute` holds for input and for output. */
export class AnthropicLimits {
  private readonly models = new Map<string, Buckets>();

  constructor(private readonly limits: SandboxLimits = {}) {}

  /** @throws AnthropicRefusal 429 with its wait */
  reserve(model: string, inputTokens: number, maxTokens: number): AnthropicReservation {
    const now = performance.now();
    const { requests, input, output } = this.bucketsOf(model, now);
    const short = [
      { bucket: requests, amount: 1, what: 'requests' },
      { bucket: input, amount: inputTokens, what: 'input tokens' },
      { bucket: output, amount: maxTokens, what: 'output tokens' },
    ].find(({ bucket, amount }) => !bucket.has(amount, now));
    if (short) {
      const wait = String(Math.max(1, Math.ceil(Number(short.bucket.reset))));
      throw new AnthropicRefusal(
        429,
        `This request would exceed your organization's rate limit of ${short.bucket.limit} ${short.what} per minute.`,
        { 'retry-after': wait, ...pairs(this.headers(requests, input, output)) },
      );
    }
    requests.take(1);
    input.take(inputTokens);
    output.take(maxTokens);
    const headers = this.headers(requests, input, output);
    return { headers, settle: (used) => output.take(used - maxTokens) };
  }

  reset(): void {
    this.models.clear();
  }

  private headers(requests: Bucket, input: Bucket, output: Bucket): string[] {
    // The most restrictive of the token limits is shown without a side.
    const tokens = Number(input.remaining) <= Number(output.remaining) ? input : output;
    const shown = { requests, 'input-tokens': input, 'output-tokens': output, tokens };
    const headers: string[] = [];
    for (const [name, bucket] of Object.entries(shown)) {
      headers.push(`anthropic-ratelimit-${name}-limit`, bucket.limit);
      headers.push(`anthropic-ratelimit-${name}-remaining`, bucket.remaining);
      headers.push(`anthropic-ratelimit-${name}-reset`, resetAt(bucket));
    }
    return headers;
  }

  private bucketsOf(model: string, now: number): Buckets {
    let buckets = this.models.get(model);
    if (!buckets) {
      const tokens = this.limits.tokens?.minute ?? GENEROUS.tokens;
      buckets = {
        requests: new Bucket('requests', 'minute', this.limits.requests?.minute ?? GENEROUS.requests, now),
        input: new Bucket('tokens', 'minute', tokens, now),
        output: new Bucket('tokens', 'minute', tokens, now),
      };
      this.models.set(model, buckets);
    }
    return buckets;
  }
}

/** RFC 3339, without fractions. */
function resetAt(bucket: Bucket): string {
  return new Date(Date.now() + Number(bucket.reset) * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}

function pairs(flat: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) headers[flat[index] ?? ''] = flat[index + 1] ?? '';
  return headers;
}
