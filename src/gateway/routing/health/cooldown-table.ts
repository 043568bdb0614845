import type { Clock } from '../../../common/time/clock.port.js';

/** A longer wait is not believed. */
const LONGEST_MS = 24 * 3_600_000;
/** Entries that are over are swept when there are this many. */
const SWEEP_AT = 1_024;

/**
 * Until when a target must be left alone, because its upstream said so: one table for all requests.
 * A new statement never shortens an older one.
 */
export class CooldownTable {
  private readonly ends = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    /** Hears of each that begins or grows here. */
    private readonly told: (targetId: string, waitMs: number) => void = () => undefined,
  ) {}

  cool(targetId: string, waitMs: number): void {
    if (this.adopt(targetId, waitMs)) this.told(targetId, waitMs);
  }

  /** Takes over another worker's. @returns whether it begins or grows by it */
  adopt(targetId: string, waitMs: number): boolean {
    const now = this.clock.now();
    if (this.ends.size >= SWEEP_AT) this.sweep(now);
    const end = now + Math.min(waitMs, LONGEST_MS);
    if (end <= Math.max(now, this.ends.get(targetId) ?? 0)) return false;
    this.ends.set(targetId, end);
    return true;
  }

  /** Those that are not over, with what is left of them. */
  *all(): Generator<readonly [targetId: string, waitMs: number]> {
    const now = this.clock.now();
    for (const [id, end] of this.ends) if (end > now) yield [id, end - now];
  }

  /** The clock's time at which it ends; 0 when there is none. */
  until(targetId: string): number {
    const end = this.ends.get(targetId);
    if (end === undefined) return 0;
    if (end > this.clock.now()) return end;
    this.ends.delete(targetId);
    return 0;
  }

  /** Milliseconds left; 0 when there are none. */
  waitMs(targetId: string): number {
    const end = this.until(targetId);
    return end === 0 ? 0 : end - this.clock.now();
  }

  /** The shortest wait among targets: what a client is told when all of them cool down. */
  shortestWaitMs(targetIds: Iterable<string>): number {
    let shortest = Number.POSITIVE_INFINITY;
    for (const id of targetIds) shortest = Math.min(shortest, this.waitMs(id));
    return Number.isFinite(shortest) ? shortest : 0;
  }

  clear(targetId: string): void {
    this.ends.delete(targetId);
  }

  private sweep(now: number): void {
    for (const [id, end] of this.ends) if (end <= now) this.ends.delete(id);
  }
}
