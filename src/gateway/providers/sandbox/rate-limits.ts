import { SandboxRefusal } from './sandbox-refusal.js';

/** The windows that Cerebras reports in its headers (wire.md 1.8). */
export const WINDOWS = ['minute', 'hour', 'day'] as const;
export type RateWindow = (typeof WINDOWS)[number];
export const QUOTAS = ['requests', 'tokens'] as const;
export type Quota = (typeof QUOTAS)[number];

/** How much each model may use in each window; what is left out is generous. */
export type SandboxLimits = Partial<Record<Quota, Partial<Record<RateWindow, number>>>>;

const SECONDS: Readonly<Record<RateWindow, number>> = { minute: 60, hour: 3600, day: 86_400 };
/** High enough that a benchmark never meets them. */
const GENEROUS: Readonly<Record<Quota, number>> = { requests: 10_000_000, tokens: 100_000_000_000 };
/** What Cerebras reserves for an answer whose length the caller left open. */
const RESERVED_TOKENS = 16_384;

/** A token bucket that refills continuously. */
export class Bucket {
  readonly limit: string;
  private level: number;
  private refilledAt: number;

  constructor(
    readonly quota: Quota,
    readonly window: RateWindow,
    private readonly capacity: number,
    now: number,
  ) {
    this.limit = String(capacity);
    this.level = capacity;
    this.refilledAt = now;
  }

  has(amount: number, now: number): boolean {
    const perMs = this.capacity / (SECONDS[this.window] * 1000);
    this.level = Math.min(this.capacity, this.level + (now - this.refilledAt) * perMs);
    this.refilledAt = now;
    return this.level >= amount;
  }

  take(amount: number): void {
    this.level = Math.min(this.capacity, this.level - amount);
  }

  get remaining(): string {
    return String(Math.max(0, Math.floor(this.level)));
  }

  /** Decimal seconds until the bucket is full again. */
  get reset(): string {
    return (((this.capacity - this.level) / this.capacity) * SECONDS[this.window]).toFixed(6);
  }
}

/** The 429 of a quota that is used up (captured bodies). */
export function quotaExceeded(
  quota: Quota,
  window: RateWindow | 'second',
  headers: Readonly<Record<string, string>> = {},
): SandboxRefusal {
  const requests = quota === 'requests';
  return new SandboxRefusal(
    429,
    {
      message: requests
        ? `Requests per ${window} limit exceeded - too many requests sent.`
        : `Tokens per ${window} limit exceeded - too many tokens processed.`,
      type: requests ? 'too_many_requests_error' : 'too_many_tokens_error',
      param: 'quota',
      code: requests ? 'request_quota_exceeded' : 'token_quota_exceeded',
    },
    headers,
  );
}

/** What one request holds of the quotas while it runs. */
export interface Reservation {
  /** The rate-limit headers, flat as node's `writeHead` takes them. */
  readonly headers: string[];
  /** Gives back what the answer did not need. */
  settle(usedTokens: number): void;
}

/** The quotas of one organisation, for each model its own. */
export class RateLimits {
  private readonly models = new Map<string, Bucket[]>();

  constructor(private readonly limits: SandboxLimits = {}) {}

  /** Takes one request and the tokens that it may need, or throws the 429 of the quota that is missing. */
  reserve(model: string, promptTokens: number, maxTokens: number | null): Reservation {
    const now = performance.now();
    const buckets = this.bucketsOf(model, now);
    const tokens = promptTokens + (maxTokens ?? RESERVED_TOKENS);
    let short: Bucket | undefined;
    for (const bucket of buckets) {
      if (!bucket.has(bucket.quota === 'requests' ? 1 : tokens, now)) short ??= bucket;
    }
    if (short) throw quotaExceeded(short.quota, short.window, headerObject(headersOf(buckets)));
    for (const bucket of buckets) bucket.take(bucket.quota === 'requests' ? 1 : tokens);
    const settle = (used: number): void => {
      for (const bucket of buckets) if (bucket.quota === 'tokens') bucket.take(used - tokens);
    };
    return { headers: headersOf(buckets), settle };
  }

  reset(): void {
    this.models.clear();
  }

  private bucketsOf(model: string, now: number): Bucket[] {
    let buckets = this.models.get(model);
    if (!buckets) {
      buckets = QUOTAS.flatMap((quota) =>
        WINDOWS.map((window) => {
          const limit = this.limits[quota]?.[window] ?? (GENEROUS[quota] * SECONDS[window]) / SECONDS.minute;
          return new Bucket(quota, window, limit, now);
        }),
      );
      this.models.set(model, buckets);
    }
    return buckets;
  }
}

function headersOf(buckets: readonly Bucket[]): string[] {
  const headers: string[] = [];
  for (const bucket of buckets) {
    const name = `${bucket.quota}-${bucket.window}`;
    headers.push(`x-ratelimit-limit-${name}`, bucket.limit, `x-ratelimit-remaining-${name}`, bucket.remaining);
    headers.push(`x-ratelimit-reset-${name}`, bucket.reset);
  }
  return headers;
}

function headerObject(flat: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) headers[flat[index] ?? ''] = flat[index + 1] ?? '';
  return headers;
}
