import * as fc from 'fast-check';
import { formatPeriod, isTimeZone, parsePeriod } from './budget-period.port.js';

describe('The text of a budget period', () => {
  it.each([
    ['month', { kind: 'calendar', unit: 'month', timeZone: 'Europe/Berlin' }],
    ['prepaid', { kind: 'prepaid' }],
    ['30m', { kind: 'rolling', ms: 1_800_000 }],
    ['1s', { kind: 'rolling', ms: 1_000 }],
    ['30d', { kind: 'rolling', ms: 2_592_000_000 }],
  ])('reads %s', (text, period) => {
    expect(parsePeriod(text, 'Europe/Berlin')).toEqual(period);
  });

  it.each(['', 'Month', 'months', '0d', '-1d', '1.5h', '1w', '1 d', 'd', '99999999d', '3661d', 'constructor', '30M'])(
    'does not take %j',
    (text) => {
      expect(parsePeriod(text, 'UTC')).toBeUndefined();
    },
  );

  it('gives back what it read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_660 }), fc.constantFrom('s', 'm', 'h', 'd'), (amount, unit) => {
        const period = parsePeriod(`${amount}${unit}`, 'UTC');
        if (!period) throw new Error('not read');
        expect(parsePeriod(formatPeriod(period), 'UTC')).toEqual(period);
      }),
    );
    for (const unit of ['hour', 'day', 'week', 'month', 'quarter', 'year', 'prepaid']) {
      const period = parsePeriod(unit, 'UTC');
      expect(period && formatPeriod(period)).toBe(unit);
    }
  });

  it('writes the largest unit that fits, and refuses what it could not read again', () => {
    expect(formatPeriod({ kind: 'rolling', ms: 86_400_000 })).toBe('1d');
    expect(formatPeriod({ kind: 'rolling', ms: 5_400_000 })).toBe('90m');
    expect(() => formatPeriod({ kind: 'rolling', ms: 1_500 })).toThrow(RangeError);
    expect(() => formatPeriod({ kind: 'rolling', ms: 0 })).toThrow(RangeError);
  });
});

describe('A time zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Asia/Kolkata', 'Etc/GMT+5'])(
    '%s is one',
    (text) => {
      expect(isTimeZone(text)).toBe(true);
    },
  );

  it.each(['', 'Berlin', '+02:00', '-0500', 'Europe/Atlantis', 'UTC; drop', '../etc/passwd', 'x'.repeat(80)])(
    '%j is none',
    (text) => {
      expect(isTimeZone(text)).toBe(false);
    },
  );
});
