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

function datesAt(zone: WallClock, unit: Exclude<CalendarUnit, 'hour'>, at: number): BudgetWindow {
  let wall = firstDay(unit, zone.wall(at));
  let start = zone.firstAt(wall);
  let next = following(unit, wall);
  let end = zone.firstAt(next);
  // Clocks that are put back over midnight show the day before once more, which has already ended.
  while (at >= end) {
    [wall, start] = [next, end];
    next = following(unit, wall);
    end = zone.firstAt(next);
  }
  return { start, end };
}

/** Midnight of the first day of the period that a wall time is in. */
function firstDay(unit: Exclude<CalendarUnit, 'hour'>, wall: number): number {
  const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
  const date = new Date(midnight);
  switch (unit) {
    case 'day':
      return midnight;
    case 'week':
      return midnight - ((date.getUTCDay() + 6) % 7) * DAY_MS;
    case 'month':
      return date.setUTCDate(1);
    case 'quarter':
      return date.setUTCMonth(Math.floor(date.getUTCMonth() / 3) * 3, 1);
    case 'year':
      return date.setUTCMonth(0, 1);
  }
}

/** Midnight of the first day of the next period. */
function following(unit: Exclude<CalendarUnit, 'hour'>, first: number): number {
  const date = new Date(first);
  switch (unit) {
    case 'day':
      return first + DAY_MS;
    case 'week':
      return first + 7 * DAY_MS;
    case 'month':
      return date.setUTCMonth(date.getUTCMonth() + 1);
    case 'quarter':
      return date.setUTCMonth(date.getUTCMonth() + 3);
    case 'year':
      return date.setUTCFullYear(date.getUTCFullYear() + 1);
  }
}
