import { Injectable } from '@nestjs/common';
import type { BudgetPeriod, CalendarUnit } from '../contract/terms.types.js';
import { type BudgetWindow, BudgetWindows } from './budget-window.port.js';
import { calendarWindow } from './budget-windows-calendar.js';
import { WallClock } from './budget-windows-zone.js';

/** Buckets of a rolling period: the counters slide by one of them at a time. */
const BUCKETS = 128;
const PREPAID: BudgetWindow = Object.freeze({ start: 0, end: Infinity });

interface Zone {
  readonly clock: WallClock;
  /** The latest window of each unit that was asked for. */
  readonly latest: Partial<Record<CalendarUnit, BudgetWindow>>;
}

/** Windows on the calendars of the world's time zones. Each is worked out once, and remembered until it has ended. */
@Injectable()
export class CalendarBudgetWindows extends BudgetWindows {
  private readonly zones = new Map<string, Zone>();

  /** @throws RangeError for a time zone that does not exist */
  override at(period: BudgetPeriod, now: number): BudgetWindow {
    if (period.kind === 'calendar') return this.calendar(period.unit, period.timeZone, now);
    if (period.kind === 'prepaid') return PREPAID;
    const width = period.ms / BUCKETS;
    const start = Math.floor(now / width) * width;
    return { start, end: start + width };
  }

  private calendar(unit: CalendarUnit, timeZone: string, now: number): BudgetWindow {
    const zone = this.zones.get(timeZone) ?? this.open(timeZone);
    const latest = zone.latest[unit];
    if (latest && now >= latest.start && now < latest.end) return latest;
    const window = Object.freeze(calendarWindow(zone.clock, unit, now));
    // A late settlement asks for a window that has ended; the usual call asks for the one of now.
    if (!latest || window.start > latest.start) zone.latest[unit] = window;
    return window;
  }

  private open(timeZone: string): Zone {
    const zone = { clock: new WallClock(timeZone), latest: {} };
    this.zones.set(timeZone, zone);
    return zone;
  }
}
