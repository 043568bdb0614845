import type { Clock } from '../../../../common/time/clock.port.js';
import {
  type CerebrasLimits,
  QUOTA_WINDOWS,
  type QuotaUnit,
  type QuotaWindow,
  statedLimit,
  TOTAL_TO_UNCACHED,
  WINDOW_MS,
} from './cerebras-limits.js';
import { QuotaBucket } from './quota-bucket.js';
import type { QuotaNews, TellQuota } from './quota-news.js';
import {
  KeyQuota,
  type NoRoom,
  type QuotaDemand,
  type QuotaEstimate,
  type QuotaHeaders,
  type QuotaReservation,
  type QuotaUsage,
} from './quota.port.js';

const NOTHING: QuotaDemand = { requests: 0, tokens: 0 };

interface Limit {
  readonly unit: QuotaUnit;
  readonly window: QuotaWindow;
  /** Whether cached prompt tokens do not count. */
  readonly uncached: boolean;
  readonly bucket: QuotaBucket;
}

/**
 * Cerebras' own arithmetic: the prompt's estimate and `max_completion_tokens` are reserved before a request runs,
 * in token buckets that refill continuously, and what was not used comes back. Limits that are neither configured nor
 * stated by an answer do not bind.
 */
export class CerebrasQuota extends KeyQuota {
  private readonly limits: Limit[] = [];
  /** All that was ever reserved: the difference of two moments is what came between them. */
  private reserved: QuotaDemand = NOTHING;
  private serial = 0;
  private correctedBy = 0;

  constructor(
    readonly key: string,
    readonly model: string,
    private readonly clock: Clock,
    private readonly configured: CerebrasLimits = {},
    /** Called when room came back otherwise than by time. */
    private readonly roomCame: () => void = () => undefined,
    private readonly tell?: TellQuota,
  ) {
    super();
    const { requestsPerMinute, tokensPerMinute, uncachedTokensPerMinute } = configured;
    if (requestsPerMinute) this.add('requests', 'minute', requestsPerMinute);
    if (tokensPerMinute) this.addTotal(tokensPerMinute);
    if (uncachedTokensPerMinute) this.add('tokens', 'minute', uncachedTokensPerMinute);
  }

  override tryReserve(estimate: QuotaEstimate): QuotaReservation | NoRoom {
    const now = this.clock.now();
    const tokens = estimate.promptTokens + estimate.completionTokens;
    const short = this.shortest(tokens, NOTHING, now);
    if (short) return short;
    this.take(tokens, now);
    this.tell?.({ reserved: tokens });
    return new Reservation(this.key, this.model, {
      serial: ++this.serial,
      tokens,
      before: this.reserved,
      correct: (serial, before, headers) => this.correct(serial, before, headers),
      giveBack: (requests, total, uncached) => {
        this.giveBack(requests, total, uncached);
        this.tell?.({ back: [requests, total, uncached] });
      },
    });
  }

  /** Takes over what another worker did or learnt. */
  adopt(news: QuotaNews): void {
    const now = this.clock.now();
    if ('reserved' in news) return this.take(news.reserved, now);
    if ('back' in news) return this.giveBack(...news.back);
    const [unit, window, limit, left] = news.stated;
    const bucket = this.stated(unit, window, limit, now);
    // What was reserved here a moment ago the other one did not know: the lower is nearer to the truth.
    bucket?.correct(limit, Math.min(left, bucket.left(now)), now);
  }

  override waitMs(estimate: QuotaEstimate, ahead: QuotaDemand = NOTHING): number {
    return this.shortest(estimate.promptTokens + estimate.completionTokens, ahead, this.clock.now())?.waitMs ?? 0;
  }

  override utilisation(): number {
    const now = this.clock.now();
    let highest = 0;
    for (const { bucket } of this.limits) highest = Math.max(highest, 1 - bucket.left(now) / bucket.capacity);
    return Math.min(1, highest);
  }

  /** What is left by limit name, for metrics and specs. */
  left(): Record<string, number> {
    const now = this.clock.now();
    return Object.fromEntries(this.limits.map(({ bucket }) => [bucket.name, bucket.left(now)]));
  }

  private take(tokens: number, now: number): void {
    for (const { unit, bucket } of this.limits) bucket.take(unit === 'requests' ? 1 : tokens, now);
    this.reserved = { requests: this.reserved.requests + 1, tokens: this.reserved.tokens + tokens };
  }

  /** The limit that keeps the request waiting longest. */
  private shortest(tokens: number, ahead: QuotaDemand, now: number): NoRoom | undefined {
    let longest: NoRoom | undefined;
    for (const { unit, bucket } of this.limits) {
      const waitMs = bucket.waitMs(unit === 'requests' ? 1 : tokens, ahead[unit], now);
      if (waitMs > (longest?.waitMs ?? 0)) longest = { waitMs, limit: bucket.name };
    }
    return longest;
  }

  private add(unit: QuotaUnit, window: QuotaWindow, size: number): void {
    const now = this.clock.now();
    const uncached = unit === 'tokens' && window === 'minute';
    const bucket = new QuotaBucket(`${unit}-${window}`, size, WINDOW_MS[window], now);
    this.limits.push({ unit, window, uncached, bucket });
    if (uncached && !this.total()) this.addTotal(size * TOTAL_TO_UNCACHED);
  }

  private addTotal(size: number): void {
    const bucket = new QuotaBucket('total-tokens-minute', size, WINDOW_MS.minute, this.clock.now());
    this.limits.push({ unit: 'tokens', window: 'minute', uncached: false, bucket });
  }

  private total(): QuotaBucket | undefined {
    return this.limits.find(({ unit, window, uncached }) => unit === 'tokens' && window === 'minute' && !uncached)
      ?.bucket;
  }

  /**
   * The head of an answer states what was left when the provider admitted its request; what was reserved here since
   * then it may not have seen. Later requests' heads know more, so an overtaken one is ignored.
   */
  private correct(serial: number, before: QuotaDemand, headers: QuotaHeaders): void {
    if (serial < this.correctedBy) return;
    const now = this.clock.now();
    const since = {
      requests: this.reserved.requests - before.requests,
      tokens: this.reserved.tokens - before.tokens,
    };
    for (const unit of ['requests', 'tokens'] as const) {
      for (const window of QUOTA_WINDOWS) {
        const stated = statedLimit(headers, unit, window);
        if (!stated) continue;
        this.correctedBy = serial;
        const bucket = this.stated(unit, window, stated.limit, now);
        const left = stated.remaining - since[unit];
        bucket?.correct(stated.limit, left, now);
        this.tell?.({ stated: [unit, window, stated.limit, left] });
      }
    }
    this.roomCame();
  }

  /** The bucket of a stated limit, made when it is new. */
  private stated(unit: QuotaUnit, window: QuotaWindow, size: number, now: number): QuotaBucket | undefined {
    const uncached = unit === 'tokens' && window === 'minute';
    const find = (): Limit | undefined =>
      this.limits.find((limit) => limit.unit === unit && limit.window === window && limit.uncached === uncached);
    if (!find()) this.add(unit, window, size);
    if (uncached && !this.configured.tokensPerMinute) this.total()?.resize(size * TOTAL_TO_UNCACHED, now);
    return find()?.bucket;
  }

  private giveBack(requests: number, totalTokens: number, uncachedTokens: number): void {
    const now = this.clock.now();
    for (const { unit, uncached, bucket } of this.limits) {
      if (unit === 'requests') bucket.give(requests, now);
      else bucket.give(uncached ? uncachedTokens : totalTokens, now);
    }
    this.roomCame();
  }
}

interface Ledger {
  readonly serial: number;
  readonly tokens: number;
  /** All that was reserved up to and with this one. */
  readonly before: QuotaDemand;
  correct(serial: number, before: QuotaDemand, headers: QuotaHeaders): void;
  giveBack(requests: number, totalTokens: number, uncachedTokens: number): void;
}

class Reservation implements QuotaReservation {
  private ended = false;

  constructor(
    readonly key: string,
    readonly model: string,
    private readonly ledger: Ledger,
  ) {}

  observe(headers: QuotaHeaders): void {
    if (!this.ended) this.ledger.correct(this.ledger.serial, this.ledger.before, headers);
  }

  settle(usage?: QuotaUsage): void {
    if (!this.end() || !usage) return;
    const total = usage.promptTokens + usage.completionTokens;
    const uncached = total - Math.min(usage.cachedTokens, usage.promptTokens);
    this.ledger.giveBack(0, this.ledger.tokens - total, this.ledger.tokens - uncached);
  }

  refused(headers: QuotaHeaders): void {
    if (!this.end()) return;
    // First back, then corrected: what a refusal's headers state has this request's tokens in it already.
    this.ledger.giveBack(0, this.ledger.tokens, this.ledger.tokens);
    this.ledger.correct(this.ledger.serial, this.ledger.before, headers);
  }

  release(): void {
    if (this.end()) this.ledger.giveBack(1, this.ledger.tokens, this.ledger.tokens);
  }

  private end(): boolean {
    if (this.ended) return false;
    this.ended = true;
    return true;
  }
}
