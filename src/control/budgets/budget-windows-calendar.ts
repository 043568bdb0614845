import type { CalendarUnit } from '../contract/terms.types.js';
import type { BudgetWindow } from './budget-window.port.js';
import type { WallClock } from './budget-windows-zone.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The calendar window of a zone that a moment falls into. Windows follow each other without gap or overlap. */
export function calendarWindow(zone: WallClock, unit: CalendarUnit, at: number): BudgetWindow {
  return unit === 'hour' ? hourAt(zone, at) : datesAt(zone, unit, at);
}

/**
 * A full hour on the wall. When clocks are put back by an hour, the two hours of the same name are two windows; when
 * they move by half an hour (Lord Howe), the window that they move in is cut there.
 */
function hourAt(zone: WallClock, at: number): BudgetWindow {
  const offset = zone.offset(at);
  const start = Math.floor((at + offset) / HOUR_MS) * HOUR_MS - offset;
  const end = start + HOUR_MS;
  const keepsHours = (other: number): boolean => (other - offset) % HOUR_MS === 0;
  return {
    start: keepsHours(zone.offset(start)) ? start : zone.changeBetween(start, at),
    end: keepsHours(zone.offset(end)) ? end : zone.changeBetween(at, end),
  };
}

function datesAt(zone: WallClock, unit: DateUnit, at: number): BudgetWindow {
  const periods = PERIODS[unit];
  let wall = periods.first(zone.wall(at));
  let start = zone.firstAt(wall);
  let next = periods.next(wall);
  let end = zone.firstAt(next);
  // Clocks that are put back over midnight show the day before once more, which has already ended.
  while (at >= end) {
    [wall, start] = [next, end];
    next = periods.next(wall);
    end = zone.firstAt(next);
  }
  return { start, end };
}

type DateUnit = Exclude<CalendarUnit, 'hour'>;

/** Midnight, on the wall, of the first day of the period that a wall time is in, and of the period after that. */
interface Periods {
  first(wall: number): number;
  next(first: number): number;
}

const midnight = (wall: number): number => Math.floor(wall / DAY_MS) * DAY_MS;

const PERIODS: Readonly<Record<DateUnit, Periods>> = {
  day: { first: midnight, next: (first) => first + DAY_MS },
  week: {
    first: (wall) => midnight(wall) - ((new Date(wall).getUTCDay() + 6) % 7) * DAY_MS,
    next: (first) => first + 7 * DAY_MS,
  },
  month: months(1),
  quarter: months(3),
  year: months(12),
};

/** Periods of so many months, the first of which begins in January. */
function months(count: number): Periods {
  return {
    first(wall) {
      const date = new Date(midnight(wall));
      return date.setUTCMonth(Math.floor(date.getUTCMonth() / count) * count, 1);
    },
    next(first) {
      const date = new Date(first);
      return date.setUTCMonth(date.getUTCMonth() + count);
    },
  };
}
