import * as fc from 'fast-check';
import { ManualClock } from '../../../../common/time/manual-clock.js';
import type { CerebrasLimits } from './cerebras-limits.js';
import { CerebrasQuota } from './cerebras-quota.js';
import { isNoRoom, type NoRoom, type QuotaEstimate, type QuotaReservation } from './quota.port.js';

const FREE: CerebrasLimits = { requestsPerMinute: 5, uncachedTokensPerMinute: 30_000 };

function story(limits = FREE) {
  const clock = new ManualClock();
  const quota = new CerebrasQuota('main', 'gpt-oss-120b', clock, limits);
  return {
    clock,
    quota,
    reserve: (promptTokens: number, completionTokens: number): QuotaReservation => {
      const answer = quota.tryReserve({ promptTokens, completionTokens });
      if (isNoRoom(answer)) throw new Error(`no room: ${JSON.stringify(answer)}`);
      return answer;
    },
    refusal: (promptTokens: number, completionTokens: number): NoRoom => {
      const answer = quota.tryReserve({ promptTokens, completionTokens });
      if (!isNoRoom(answer)) throw new Error('there was room');
      return answer;
    },
  };
}

describe('CerebrasQuota', () => {
  it('reserves the estimate and the whole max_completion_tokens', () => {
    const { quota, reserve } = story();
    reserve(1_000, 9_000);
    expect(quota.left()).toEqual({
      'requests-minute': 4,
      'tokens-minute': 20_000,
      'total-tokens-minute': 80_000,
    });
  });

  it('says exactly how long a request that has no room must wait', () => {
    const { clock, reserve, refusal } = story();
    reserve(0, 25_000);
    const { waitMs, limit } = refusal(0, 20_000);
    // 15,000 tokens are missing, and 500 come back in a second.
    expect({ waitMs, limit }).toEqual({ waitMs: 30_000, limit: 'tokens-minute' });
    clock.advance(29_999);
    expect(refusal(0, 20_000).waitMs).toBeCloseTo(1);
    clock.advance(1);
    reserve(0, 20_000);
  });

  it('counts requests too', () => {
    const { reserve, refusal } = story();
    for (let index = 0; index < 5; index++) reserve(1, 1);
    expect(refusal(1, 1)).toEqual({ waitMs: 12_000, limit: 'requests-minute' });
  });

  it('never has room for what is larger than the limit', () => {
    expect(story().refusal(20_000, 10_001)).toEqual({
      waitMs: Number.POSITIVE_INFINITY,
      limit: 'tokens-minute',
    });
  });

  it('takes cached tokens off the bucket of uncached ones only', () => {
    const { quota, reserve } = story();
    reserve(10_000, 10_000).settle({ promptTokens: 8_000, cachedTokens: 6_000, completionTokens: 500 });
    expect(quota.left()).toMatchObject({
      'tokens-minute': 30_000 - 2_500,
      'total-tokens-minute': 90_000 - 8_500,
      'requests-minute': 4,
    });
  });

  it('binds by the limit of all tokens that is configured', () => {
    const { quota, reserve, refusal } = story({ tokensPerMinute: 1_000, uncachedTokensPerMinute: 5_000 });
    reserve(900, 0).observe({
      'x-ratelimit-limit-tokens-minute': '6000',
      'x-ratelimit-remaining-tokens-minute': '5000',
    });
    expect(quota.left()).toEqual({ 'total-tokens-minute': 100, 'tokens-minute': 5_000 });
    expect(refusal(0, 200).limit).toBe('total-tokens-minute');
  });

  it('gives everything back for a request that was never sent, and no request for one that was refused', () => {
    const { quota, reserve } = story();
    reserve(100, 100).release();
    expect(quota.left()).toMatchObject({ 'tokens-minute': 30_000, 'requests-minute': 5 });
    reserve(100, 100).refused({});
    expect(quota.left()).toMatchObject({ 'tokens-minute': 30_000, 'requests-minute': 4 });
  });

  it('keeps the tokens of an answer that broke without usage', () => {
    const { quota, reserve } = story();
    reserve(100, 400).settle();
    expect(quota.left()).toMatchObject({ 'tokens-minute': 29_500 });
  });

  it('learns limits from the headers of an answer', () => {
    const { quota, reserve, refusal } = story({ requestsPerMinute: null });
    const first = reserve(100, 1_000_000);
    first.observe({
      'x-ratelimit-limit-requests-minute': '5',
      'x-ratelimit-remaining-requests-minute': '4',
      'x-ratelimit-limit-tokens-minute': '30000',
      'x-ratelimit-remaining-tokens-minute': '1000',
      'x-ratelimit-limit-requests-day': '2400',
      'x-ratelimit-remaining-requests-day': 'soon',
    });
    expect(quota.left()).toEqual({
      'requests-minute': 4,
      'tokens-minute': 1_000,
      'total-tokens-minute': 90_000,
    });
    expect(quota.utilisation()).toBeCloseTo(29 / 30);
    expect(refusal(0, 1_500)).toEqual({ waitMs: 1_000, limit: 'tokens-minute' });
  });

  it('does not take what was reserved since for free when a head comes', () => {
    const { quota, reserve } = story();
    const first = reserve(0, 5_000);
    reserve(0, 7_000);
    // Another process uses the key as well: the provider has 4,000 less than we think.
    first.observe({ 'x-ratelimit-limit-tokens-minute': '30000', 'x-ratelimit-remaining-tokens-minute': '21000' });
    expect(quota.left()['tokens-minute']).toBe(14_000);
  });

  it('ignores a head that a later one has overtaken', () => {
    const { quota, reserve } = story();
    const [first, second] = [reserve(0, 1_000), reserve(0, 1_000)];
    const head = (remaining: string) => ({
      'x-ratelimit-limit-tokens-minute': '30000',
      'x-ratelimit-remaining-tokens-minute': remaining,
    });
    second.observe(head('20000'));
    first.observe(head('29000'));
    expect(quota.left()['tokens-minute']).toBe(20_000);
  });

  it('believes a refusal that knows of less', () => {
    const { quota, reserve, refusal } = story();
    reserve(0, 10_000).refused({
      'x-ratelimit-limit-tokens-minute': '30000',
      'x-ratelimit-remaining-tokens-minute': '0',
    });
    expect(quota.left()['tokens-minute']).toBe(0);
    expect(refusal(0, 500).waitMs).toBeCloseTo(1_000);
  });

  it('never reserves more than there is, and conserves what it settles', () => {
    const step = fc.record({
      prompt: fc.nat(2_000),
      completion: fc.nat(4_000),
      used: fc.nat(4_000),
      cached: fc.nat(3_000),
      pauseMs: fc.nat(5_000),
      ends: fc.boolean(),
      ending: fc.constantFrom<Ending>('settle', 'release', 'refused'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const books = new Bookkeeping();
        for (const { prompt, completion, used, cached, pauseMs, ends, ending } of steps) {
          books.reserve({ promptTokens: prompt, completionTokens: completion });
          if (ends) books.end(ending, cached, used);
          books.clock.advance(pauseMs);
        }
        expect(books.wrongs).toEqual([]);
      }),
    );
  });

  it('has room exactly when it said it would', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 10_000 }), (first, second) => {
        const clock = new ManualClock();
        const quota = new CerebrasQuota('k', 'm', clock, { uncachedTokensPerMinute: 10_000 });
        quota.tryReserve({ promptTokens: first, completionTokens: 0 });
        const estimate = { promptTokens: second, completionTokens: 0 };
        const waitMs = quota.waitMs(estimate);
        const early = Math.max(0, waitMs - 1);
        clock.advance(early);
        const roomTooEarly = early > 0 && quota.waitMs(estimate) === 0;
        clock.advance(waitMs - early);
        expect([roomTooEarly, isNoRoom(quota.tryReserve(estimate))]).toEqual([false, false]);
      }),
    );
  });
});

type Ending = 'settle' | 'release' | 'refused';

/** Books beside the quota's own, and what does not agree. */
class Bookkeeping {
  readonly clock = new ManualClock();
  readonly wrongs: unknown[] = [];
  private readonly quota = new CerebrasQuota('k', 'm', this.clock, {
    requestsPerMinute: 30,
    uncachedTokensPerMinute: 10_000,
  });
  private readonly open: Array<{ room: QuotaReservation; estimate: QuotaEstimate }> = [];

  reserve(estimate: QuotaEstimate): void {
    const tokens = estimate.promptTokens + estimate.completionTokens;
    const before = this.left();
    const room = this.quota.tryReserve(estimate);
    const fits = tokens <= before.tokens + 1e-5 && before.requests >= 1 - 1e-5;
    if (isNoRoom(room)) {
      if (fits || room.waitMs <= 0) this.wrongs.push({ refused: estimate, before, room });
      return;
    }
    this.open.push({ room, estimate });
    const after = this.left();
    const taken = [before.requests - after.requests, before.tokens - after.tokens];
    if (!fits || !near(taken, [1, tokens])) this.wrongs.push({ reserved: estimate, before, after });
  }

  end(ending: Ending, cachedTokens: number, completionTokens: number): void {
    const ended = this.open.shift();
    if (!ended) return;
    const { room, estimate } = ended;
    const { promptTokens } = estimate;
    const before = this.left();
    if (ending === 'settle') room.settle({ promptTokens, cachedTokens, completionTokens });
    else if (ending === 'release') room.release();
    else room.refused({});
    const used = ending === 'settle' ? promptTokens - Math.min(cachedTokens, promptTokens) + completionTokens : 0;
    const after = this.left();
    const expected = [
      Math.min(30, before.requests + (ending === 'release' ? 1 : 0)),
      Math.min(10_000, before.tokens + promptTokens + estimate.completionTokens - used),
    ];
    // A second word on the same reservation changes nothing.
    room.release();
    const again = this.left();
    if (!near([after.requests, after.tokens], expected)) this.wrongs.push({ ending, before, after, expected });
    if (!near([again.requests, again.tokens], expected)) this.wrongs.push({ again, expected });
  }

  private left(): { requests: number; tokens: number } {
    const left = this.quota.left();
    return { requests: left['requests-minute'] ?? 0, tokens: left['tokens-minute'] ?? 0 };
  }
}

function near(actual: number[], expected: number[]): boolean {
  return actual.every((value, index) => Math.abs(value - (expected[index] ?? Number.NaN)) < 1e-5);
}
