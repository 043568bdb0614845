import { ManualClock } from '../../../common/time/manual-clock.js';
import { CooldownTable } from './cooldown-table.js';
import type { AnswerHeaders, RefusalKind } from './retry-after.js';

const EPOCH = Date.UTC(2026, 8, 1);

function story() {
  const clock = new ManualClock(500, EPOCH);
  return { clock, table: new CooldownTable(clock) };
}

describe('CooldownTable', () => {
  it.each<[string, AnswerHeaders, RefusalKind | undefined, number | undefined]>([
    ['seconds', { 'retry-after': '7' }, undefined, 7_000],
    ['milliseconds before seconds', { 'retry-after-ms': '1500', 'retry-after': '7' }, undefined, 1_500],
    ['a date', { 'retry-after': new Date(EPOCH + 30_500).toUTCString() }, undefined, 29_500],
    ['a date that has passed', { 'retry-after': new Date(EPOCH - 1_000).toUTCString() }, undefined, 0],
    ['nonsense', { 'retry-after': 'soon' }, undefined, undefined],
    ['a negative number', { 'retry-after': '-5' }, undefined, undefined],
    ['a list', { 'retry-after': ['5', '6'] }, undefined, undefined],
    ['nothing, for a full queue', {}, 'queue', 1_000],
    ['nothing, for requests', {}, 'requests', 60_000],
    ['nothing, without a kind', {}, undefined, undefined],
    [
      'the longest reset of what is used up',
      {
        'x-ratelimit-remaining-requests-minute': '0',
        'x-ratelimit-reset-requests-minute': '12.5',
        'x-ratelimit-remaining-requests-day': '0',
        'x-ratelimit-reset-requests-day': '33011.382867',
        'x-ratelimit-remaining-tokens-minute': '10',
        'x-ratelimit-reset-tokens-minute': '99999',
      },
      'requests',
      33_011_382.867,
    ],
    [
      'the reset of the minute for what was refused',
      { 'x-ratelimit-remaining-tokens-minute': '10', 'x-ratelimit-reset-tokens-minute': '5.5' },
      'tokens',
      5_500,
    ],
    [
      "OpenAI's names and durations",
      { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m26.4s' },
      undefined,
      86_400,
    ],
  ])('reads %s', (_, headers, kind, waitMs) => {
    const { table } = story();
    const read = table.refused('t', headers, kind);
    expect(read === undefined).toBe(waitMs === undefined);
    expect(read ?? 0).toBeCloseTo(waitMs ?? 0, 3);
    expect(table.waitMs('t')).toBeCloseTo(waitMs ?? 0, 3);
  });

  it('is over when its time is, and for other targets it never was', () => {
    const { table, clock } = story();
    table.refused('a', { 'retry-after': '2' });
    expect(table.until('a')).toBe(2_500);
    expect(table.until('b')).toBe(0);
    clock.advance(1_999);
    expect(table.waitMs('a')).toBe(1);
    clock.advance(1);
    expect(table.until('a')).toBe(0);
  });

  it('is lengthened by later statements, never shortened', () => {
    const { table } = story();
    table.cool('a', 5_000);
    table.cool('a', 1_000);
    expect(table.waitMs('a')).toBe(5_000);
    table.cool('a', 6_000);
    expect(table.waitMs('a')).toBe(6_000);
  });

  it('knows the shortest wait of many', () => {
    const { table } = story();
    table.cool('a', 5_000);
    table.cool('b', 3_000);
    expect(table.shortestWaitMs(['a', 'b'])).toBe(3_000);
    expect(table.shortestWaitMs(['a', 'b', 'c'])).toBe(0);
    expect(table.shortestWaitMs([])).toBe(0);
  });

  it('does not believe in weeks', () => {
    const { table } = story();
    table.refused('a', { 'retry-after': '99999999' });
    expect(table.waitMs('a')).toBe(24 * 3_600_000);
  });
});
