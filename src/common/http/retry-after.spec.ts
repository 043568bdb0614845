import { exhaustedWaitMs, statedWaitMs } from './retry-after.js';

const NOW = Date.UTC(2026, 8, 1);

describe('statedWaitMs', () => {
  it.each<[string, Record<string, string | string[]>, number | undefined]>([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['milliseconds before seconds', { 'retry-after-ms': '1500', 'retry-after': '7' }, 1_500],
    ['a date', { 'retry-after': new Date(NOW + 30_000).toUTCString() }, 30_000],
    ['a date that has passed', { 'retry-after': new Date(NOW - 1_000).toUTCString() }, 0],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
    ['a negative number', { 'retry-after': '-5' }, undefined],
    ['a list', { 'retry-after': ['5', '6'] }, undefined],
    ['nothing', {}, undefined],
  ])('reads %s', (_, headers, waitMs) => {
    expect(statedWaitMs(headers, NOW)).toBe(waitMs);
  });
});

describe('exhaustedWaitMs', () => {
  it('is the longest reset of what is used up', () => {
    const headers = {
      'x-ratelimit-remaining-requests-minute': '0',
      'x-ratelimit-reset-requests-minute': '12.5',
      'x-ratelimit-remaining-requests-day': '0',
      'x-ratelimit-reset-requests-day': '33011.382867',
      'x-ratelimit-remaining-tokens-minute': '10',
      'x-ratelimit-reset-tokens-minute': '99999',
    };
    expect(exhaustedWaitMs(headers)).toBeCloseTo(33_011_382.867, 3);
  });

  it("knows OpenAI's names and durations", () => {
    const headers = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m26.4s' };
    expect(exhaustedWaitMs(headers)).toBeCloseTo(86_400, 3);
  });

  it('is undefined while every window has room', () => {
    expect(
      exhaustedWaitMs({ 'x-ratelimit-remaining-tokens-minute': '10', 'x-ratelimit-reset-tokens-minute': '5.5' }),
    ).toBeUndefined();
  });
});
