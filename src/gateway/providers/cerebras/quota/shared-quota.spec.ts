import { ManualClock } from '../../../../common/time/manual-clock.js';
import { CerebrasQuota } from './cerebras-quota.js';
import type { QuotaNews } from './quota-news.js';
import { isNoRoom, type QuotaReservation } from './quota.port.js';

const LIMITS = { requestsPerMinute: 10, tokensPerMinute: 1_000 };
const ESTIMATE = { promptTokens: 100, completionTokens: 200 };

describe('The quota of a key in two workers', () => {
  let clock: ManualClock;
  let one: CerebrasQuota;
  let other: CerebrasQuota;

  const quota = (limits: object, tell: (news: QuotaNews) => void): CerebrasQuota =>
    new CerebrasQuota('main', 'm', clock, limits, undefined, tell);
  const join = (limits: object): void => {
    one = quota(limits, (news) => other.adopt(news));
    other = quota(limits, (news) => one.adopt(news));
  };
  const reserve = (at: CerebrasQuota): QuotaReservation => {
    const answer = at.tryReserve(ESTIMATE);
    if (isNoRoom(answer)) throw new Error(`There is no room for ${answer.waitMs} ms`);
    return answer;
  };

  beforeEach(() => {
    clock = new ManualClock();
  });

  it('has room for what both together may send, and no more', () => {
    join(LIMITS);
    reserve(one);
    reserve(other);
    reserve(one);
    expect(other.tryReserve(ESTIMATE)).toMatchObject({ limit: 'total-tokens-minute' });
    expect(one.left()).toEqual(other.left());
  });

  it('gets back in both what a request of one did not use', () => {
    join(LIMITS);
    const reservation = reserve(one);
    reservation.settle({ promptTokens: 100, cachedTokens: 0, completionTokens: 50 });
    expect(other.left()).toEqual({ 'requests-minute': 9, 'total-tokens-minute': 850 });
    reserve(other).release();
    expect(one.left()).toEqual(other.left());
  });

  it('learns in both a limit that an answer to one stated', () => {
    join({});
    reserve(one).observe({
      'x-ratelimit-limit-requests-minute': '5',
      'x-ratelimit-remaining-requests-minute': '1',
    });
    expect(other.left()).toEqual({ 'requests-minute': 1 });
    reserve(other);
    expect(one.tryReserve(ESTIMATE)).toMatchObject({ limit: 'requests-minute' });
  });
});
