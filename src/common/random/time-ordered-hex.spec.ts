import { timeOrderedHex } from './time-ordered-hex.js';

describe('Hexadecimal digits in the order of time', () => {
  it('are 32, unlike each other, and sorted by their milliseconds', () => {
    const made = Array.from({ length: 1_000 }, (_, ms) => timeOrderedHex(Date.UTC(2026, 0, 1) + ms));
    for (const one of made) expect(one).toMatch(/^[0-9a-f]{32}$/);
    expect(made.toSorted()).toEqual(made);
    const at = Date.UTC(2026, 0, 1);
    expect(new Set(Array.from({ length: 1_000 }, () => timeOrderedHex(at))).size).toBe(1_000);
  });

  it('begin with the time, until the year 10889', () => {
    expect(Number.parseInt(timeOrderedHex(1_767_225_600_000).slice(0, 12), 16)).toBe(1_767_225_600_000);
    expect(timeOrderedHex(0)).toMatch(/^0{12}/);
  });
});
