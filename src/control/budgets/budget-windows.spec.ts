import * as fc from 'fast-check';
import { CALENDAR_UNITS, type BudgetPeriod, type CalendarUnit } from '../contract/terms.types.js';
import { CalendarBudgetWindows } from './budget-windows.js';

const HOUR = 3_600_000;
const iso = (at: number) => new Date(at).toISOString().replace('.000', '');
const at = (text: string) => Date.parse(text);

function windowOf(unit: CalendarUnit, timeZone: string, moment: string): [start: string, end: string, hours: number] {
  const { start, end } = new CalendarBudgetWindows().at({ kind: 'calendar', unit, timeZone }, at(moment));
  return [iso(start), iso(end), (end - start) / HOUR];
}

describe('Calendar windows', () => {
  it.each<[CalendarUnit, string, string, string, string, number]>([
    // Days of 23 and 25 hours.
    ['day', 'Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', 23],
    ['day', 'Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', 25],
    ['day', 'America/New_York', '2026-03-08T12:00:00Z', '2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z', 23],
    // Half an hour of daylight saving time.
    ['day', 'Australia/Lord_Howe', '2026-04-04T20:00:00Z', '2026-04-04T13:00:00Z', '2026-04-05T13:30:00Z', 24.5],
    // Zones off the hour.
    ['day', 'Asia/Kolkata', '2026-01-01T00:00:00Z', '2025-12-31T18:30:00Z', '2026-01-01T18:30:00Z', 24],
    ['hour', 'Asia/Kathmandu', '2026-01-01T00:00:00Z', '2025-12-31T23:15:00Z', '2026-01-01T00:15:00Z', 1],
    // Clocks put forward at midnight: the day begins at 01:00.
    ['day', 'America/Havana', '2026-03-08T12:00:00Z', '2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z', 23],
    // The 30th of December 2011 did not happen.
    ['day', 'Pacific/Apia', '2011-12-30T09:59:59Z', '2011-12-29T10:00:00Z', '2011-12-30T10:00:00Z', 24],
    ['day', 'Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-30T10:00:00Z', '2011-12-31T10:00:00Z', 24],
    ['week', 'Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-26T10:00:00Z', '2012-01-01T10:00:00Z', 144],
    // Put back at one minute past midnight: the second 23:30 belongs to the day that had begun.
    ['day', 'America/St_Johns', '2010-11-07T02:45:00Z', '2010-11-07T02:30:00Z', '2010-11-08T03:30:00Z', 25],
    // Two hours of the same name are two windows, and half an hour is one where clocks move by that much.
    ['hour', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z', 1],
    ['hour', 'Europe/Berlin', '2026-10-25T01:30:00Z', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00Z', 1],
    ['hour', 'Australia/Lord_Howe', '2026-04-04T15:10:00Z', '2026-04-04T15:00:00Z', '2026-04-04T15:30:00Z', 0.5],
    // Put forward by half an hour in the middle of an hour.
    ['hour', 'America/Caracas', '2016-05-01T06:45:00Z', '2016-05-01T06:30:00Z', '2016-05-01T07:00:00Z', 0.5],
    ['hour', 'America/Caracas', '2016-05-01T07:10:00Z', '2016-05-01T07:00:00Z', '2016-05-01T08:00:00Z', 1],
    ['week', 'UTC', '2026-11-22T23:59:59Z', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z', 168],
    ['month', 'UTC', '2028-02-29T12:00:00Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z', 29 * 24],
    ['quarter', 'Asia/Tokyo', '2026-03-31T15:00:00Z', '2026-03-31T15:00:00Z', '2026-06-30T15:00:00Z', 91 * 24],
    ['year', 'Pacific/Auckland', '2026-12-31T10:59:59Z', '2025-12-31T11:00:00Z', '2026-12-31T11:00:00Z', 8760],
  ])('%s in %s at %s', (unit, timeZone, moment, start, end, hours) => {
    expect(windowOf(unit, timeZone, moment)).toEqual([start, end, hours]);
  });

  it('refuses a time zone that does not exist', () => {
    expect(() => windowOf('day', 'Europe/Atlantis', '2026-01-01T00:00:00Z')).toThrow(RangeError);
  });
});

const ZONES = Intl.supportedValuesOf('timeZone');
const zone = fc.constantFrom(...ZONES, 'UTC', 'Australia/Lord_Howe', 'Pacific/Apia', 'America/St_Johns');
const moment = fc.integer({ min: Date.UTC(1972, 0, 1), max: Date.UTC(2037, 0, 1) });
const period: fc.Arbitrary<BudgetPeriod> = fc.oneof(
  fc.record({ kind: fc.constant('calendar' as const), unit: fc.constantFrom(...CALENDAR_UNITS), timeZone: zone }),
  fc.record({ kind: fc.constant('rolling' as const), ms: fc.integer({ min: 1_000, max: 366 * 24 * HOUR }) }),
  fc.constant({ kind: 'prepaid' as const }),
);

describe('Windows of any period', () => {
  it('hold the moment that they were asked for, and are the same for each moment inside', () => {
    fc.assert(
      fc.property(period, moment, fc.double({ min: 0, max: 1, noNaN: true }), (of, now, share) => {
        const { start, end } = new CalendarBudgetWindows().at(of, now);
        expect(start <= now && now < end).toBe(true);
        const last = end === Infinity ? now + 1e9 : Math.ceil(end) - 1;
        for (const inside of [Math.ceil(start), last, Math.min(last, Math.ceil(start + share * (last - start)))]) {
          expect(new CalendarBudgetWindows().at(of, inside)).toEqual({ start, end });
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it('follow each other without gap or overlap', () => {
    fc.assert(
      fc.property(period, moment, (of, now) => {
        fc.pre(of.kind !== 'prepaid');
        const windows = new CalendarBudgetWindows();
        const { start, end } = windows.at(of, now);
        expect(windows.at(of, end).start).toBe(end);
        expect(windows.at(of, Math.ceil(start) - 1).end).toBe(start);
      }),
      { numRuns: 1_500 },
    );
  });

  it('begin on the wall when the calendar says, unless clocks are moved there', () => {
    fc.assert(
      fc.property(zone, moment, (timeZone, now) => {
        const { start } = new CalendarBudgetWindows().at({ kind: 'calendar', unit: 'month', timeZone }, now);
        const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
        const before = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(start - 1);
        expect(shown.format(start).slice(8, 10)).toBe('01');
        expect(before.slice(8, 10)).not.toBe('01');
      }),
      { numRuns: 500 },
    );
  });

  it('answers for moments in any order', () => {
    fc.assert(
      fc.property(period, fc.array(moment, { maxLength: 20 }), (of, moments) => {
        const one = new CalendarBudgetWindows();
        for (const now of moments) expect(one.at(of, now)).toEqual(new CalendarBudgetWindows().at(of, now));
      }),
    );
  });

  it('takes the buckets of the counters: 128 of a rolling period', () => {
    const { start, end } = new CalendarBudgetWindows().at(
      { kind: 'rolling', ms: 86_400_000 },
      at('2026-11-22T10:00:00Z'),
    );
    expect(end - start).toBe(675_000);
    expect(start % 675_000).toBe(0);
    expect(new CalendarBudgetWindows().at({ kind: 'prepaid' }, 5)).toEqual({ start: 0, end: Infinity });
  });

  it('costs little while a window lasts', () => {
    const windows = new CalendarBudgetWindows();
    const of: BudgetPeriod = { kind: 'calendar', unit: 'month', timeZone: 'Europe/Berlin' };
    const base = at('2026-11-22T10:00:00Z');
    let best = Infinity;
    for (let round = 0; round < 10; round++) {
      const began = performance.now();
      for (let i = 0; i < 100_000; i++) windows.at(of, base + i);
      best = Math.min(best, (performance.now() - began) * 10);
    }
    // Nanoseconds for each call; about 20 on an idle machine.
    expect(best).toBeLessThan(500);
  });
});
