import { ManualClock } from '../../../common/time/manual-clock.js';
import { CooldownTable } from './cooldown-table.js';

function story() {
  const clock = new ManualClock(500);
  return { clock, table: new CooldownTable(clock) };
}

describe('CooldownTable', () => {
  it('is over when its time is, and for other targets it never was', () => {
    const { table, clock } = story();
    table.cool('a', 2_000);
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
    table.cool('a', 99_999_999_000);
    expect(table.waitMs('a')).toBe(24 * 3_600_000);
  });
});
