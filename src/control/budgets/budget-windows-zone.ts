const DAY_MS = 86_400_000;

/**
 * The clock on the wall of one time zone. Wall times are counted as if they were UTC: milliseconds since 1970-01-01
 * 00:00 on that wall.
 */
export class WallClock {
  private readonly format: Intl.DateTimeFormat;

  /** @throws RangeError for a time zone that does not exist */
  constructor(timeZone: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'narrow',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** How far the wall is ahead of UTC at a moment, in milliseconds. */
  offset(at: number): number {
    // Zones keep whole seconds; the remainder is the same on the wall.
    const second = Math.floor(at / 1_000) * 1_000;
    return this.read(second) - second;
  }

  /** What the wall shows at a moment. */
  wall(at: number): number {
    return at + this.offset(at);
  }

  /**
   * The first moment at which the wall shows a time, or, where clocks were put forward over it, the moment at which
   * they were.
   */
  firstAt(wall: number): number {
    // No zone is more than a day from UTC, and none changes twice within two days.
    const before = this.offset(wall - DAY_MS);
    const after = this.offset(wall + DAY_MS);
    const early = wall - Math.max(before, after);
    const late = wall - Math.min(before, after);
    if (before === after || this.wall(early) === wall) return early;
    return this.wall(late) === wall ? late : this.changeBetween(early, late);
  }

  /** The moment in (`from`, `to`] from which on the wall has the offset that it has at `to`. */
  changeBetween(from: number, to: number): number {
    const settled = this.offset(to);
    let low = Math.floor(from / 1_000);
    let high = Math.ceil(to / 1_000);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offset(middle * 1_000) === settled) high = middle;
      else low = middle;
    }
    return high * 1_000;
  }

  private read(at: number): number {
    const fields = new Map(this.format.formatToParts(at).map(({ type, value }) => [type, value]));
    const field = (type: Intl.DateTimeFormatPartTypes): number => Number(fields.get(type));
    const year = fields.get('era') === 'B' ? 1 - field('year') : field('year');
    const date = new Date(0);
    // Date.UTC takes the years 0 to 99 for those of the twentieth century.
    date.setUTCFullYear(year, field('month') - 1, field('day'));
    return date.setUTCHours(field('hour'), field('minute'), field('second'));
  }
}
