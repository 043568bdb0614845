import type { Standing } from '../counters/counters.port.js';
import type { TermClaim } from './claims.js';
import { budget, limit } from './fake-key-holder.js';
import { durationText, limitHeaders } from './limit-headers.js';

const claim = (kind: 'budget' | 'rate' | 'concurrency') => ({
  counter: 'c',
  kind,
  limit: 1,
  amount: 1,
  windowMs: 0,
  soft: false,
  expiresAt: 0,
});
const rate = (terms: Parameters<typeof limit>[0]): TermClaim => ({ limit: limit(terms), claim: claim('rate') });
const money = (terms: Parameters<typeof budget>[0] = {}): TermClaim => ({
  budget: budget(terms),
  claim: claim('budget'),
  windowStart: 0,
  windowEnd: 0,
  countsUntil: 0,
});
const stands = (used: number, of: number, held = 0, resetMs = 0): Standing => ({ used, held, limit: of, resetMs });

describe('The headers of limits', () => {
  it('tell of requests and tokens as OpenAI does', () => {
    const terms = [rate({ metric: 'requests' }), rate({ metric: 'total_tokens' })];
    expect(limitHeaders(terms, [stands(0, 60, 1, 1_000), stands(500, 6_000, 1_500, 20_000)])).toEqual({
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-limit-tokens': '6000',
      'x-ratelimit-remaining-tokens': '4000',
      'x-ratelimit-reset-tokens': '20s',
    });
  });

  it('tell of the limit that has the least left', () => {
    const terms = [rate({ metric: 'requests' }), rate({ metric: 'requests' })];
    const headers = limitHeaders(terms, [stands(10, 60), stands(990, 1_000)]);
    expect(headers['x-ratelimit-limit-requests']).toBe('1000');
  });

  it('tell of the budget with the least money, exactly', () => {
    const headers = limitHeaders([money(), money()], [stands(1, 50_000_000), stands(2_000_001, 3_000_000, 499_999)]);
    expect(headers['x-asbru-budget-remaining']).toBe('0.50');
  });

  it('name a soft budget that is used up, and never a negative rest', () => {
    const headers = limitHeaders([money({ mode: 'soft', name: 'Größe' })], [stands(7, 5)]);
    expect(headers).toEqual({ 'x-asbru-budget-exceeded': 'Gr%C3%B6%C3%9Fe', 'x-asbru-budget-remaining': '0.00' });
  });

  it('say nothing of requests at once', () => {
    expect(limitHeaders([rate({ metric: 'concurrency' })], [stands(1, 2)])).toEqual({});
  });
});

describe('A duration as OpenAI writes it', () => {
  it.each([
    [0, '0ms'],
    [19.5, '20ms'],
    [1_000, '1s'],
    [1_234, '1.24s'],
    [60_000, '1m0s'],
    [360_000, '6m0s'],
    [3_661_000, '1h1m1s'],
    [86_400_000, '24h0m0s'],
  ])('%d ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});
