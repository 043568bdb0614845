import type { Clock } from '../../../../common/time/clock.port.js';
import { isNoRoom, type NoRoom, type QuotaDemand, type QuotaRefusal } from './quota.port.js';

/** Leaves a queue that one is not in. */
const GONE = (): void => undefined;
/** A shorter timer might not move the clock at all, when a wait is a rounding error. */
const SHORTEST_TIMER_MS = 0.01;

/** One who waits for room. */
export interface QueueEntry<R extends object> {
  readonly caller: string;
  readonly tokens: number;
  readonly maxWaitMs: number;
  /** Takes room, if there is any. */
  attempt(): R | NoRoom;
  /** Milliseconds until there is room behind others. */
  waitBehind(ahead: QuotaDemand): number;
  granted(room: R): void;
  refused(refusal: QuotaRefusal): void;
}

interface Waiting<R extends object> {
  readonly entry: QueueEntry<R>;
  readonly deadline: number;
}

/**
 * Waits for room: callers take turns, each caller's requests keep their order, nobody overtakes the one whose turn it
 * is. Whoever cannot be served in time is refused at once, with the wait that it would need.
 */
export class QuotaQueue<R extends object> {
  /** In the order of turns: the first is next, and goes to the end when served. */
  private readonly callers = new Map<string, Waiting<R>[]>();
  private size = 0;
  private cancelTimer: (() => void) | undefined;
  private pumping = false;

  constructor(
    private readonly clock: Clock,
    private readonly maxLength = 100,
  ) {}

  get length(): number {
    return this.size;
  }

  /** Grants at once when nobody waits and there is room. The answer leaves the queue; after the verdict it does nothing. */
  enter(entry: QueueEntry<R>): () => void {
    if (this.size > 0) {
      const waitMs = entry.waitBehind(this.ahead(entry.caller));
      const full = this.size >= this.maxLength;
      if (!full && waitMs <= entry.maxWaitMs) return this.wait(entry);
      entry.refused({ waitMs, limit: 'queue', why: full && Number.isFinite(waitMs) ? 'queue full' : whyOf(waitMs) });
      return GONE;
    }
    const answer = entry.attempt();
    if (!isNoRoom(answer)) {
      entry.granted(answer);
      return GONE;
    }
    const inTime = answer.waitMs <= entry.maxWaitMs;
    if (inTime && this.maxLength > 0) return this.wait(entry);
    entry.refused({ ...answer, why: inTime ? 'queue full' : whyOf(answer.waitMs) });
    return GONE;
  }

  /** Room came back otherwise than by time. */
  poke(): void {
    if (this.size > 0 && !this.pumping) this.pump();
  }

  private wait(entry: QueueEntry<R>): () => void {
    const waiting: Waiting<R> = { entry, deadline: this.clock.now() + entry.maxWaitMs };
    const line = this.callers.get(entry.caller);
    if (line) line.push(waiting);
    else this.callers.set(entry.caller, [waiting]);
    this.size++;
    if (!this.pumping) this.pump();
    return () => {
      if (this.remove(waiting)) this.poke();
    };
  }

  private pump(): void {
    this.pumping = true;
    const now = this.clock.now();
    let headWaitMs = Number.POSITIVE_INFINITY;
    for (let head = this.head(); head; head = this.head()) {
      const answer = head.entry.attempt();
      if (!isNoRoom(answer)) {
        this.serve(head);
        head.entry.granted(answer);
      } else if (now + answer.waitMs > head.deadline) {
        this.refuse(head, answer);
      } else {
        headWaitMs = answer.waitMs;
        break;
      }
    }
    const deadline = this.expire(now);
    this.pumping = false;
    this.schedule(Math.min(headWaitMs, deadline - now));
  }

  private schedule(delayMs: number): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    if (this.size === 0 || !Number.isFinite(delayMs)) return;
    this.cancelTimer = this.clock.after(Math.max(delayMs, SHORTEST_TIMER_MS), () => {
      this.cancelTimer = undefined;
      this.pump();
    });
  }

  private head(): Waiting<R> | undefined {
    for (const line of this.callers.values()) return line[0];
    return undefined;
  }

  /** Takes it out, and its caller to the end of the turns. */
  private serve(head: Waiting<R>): void {
    const line = this.callers.get(head.entry.caller) ?? [];
    line.shift();
    this.size--;
    this.callers.delete(head.entry.caller);
    if (line.length > 0) this.callers.set(head.entry.caller, line);
  }

  private refuse(waiting: Waiting<R>, { limit }: NoRoom): void {
    if (!this.remove(waiting)) return;
    const waitMs = waiting.entry.waitBehind(this.ahead(waiting.entry.caller, 0));
    waiting.entry.refused({ waitMs, limit, why: whyOf(waitMs) });
  }

  /** Refuses those whose time is over; the answer is the next deadline. */
  private expire(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const waiting of [...this.callers.values()].flat()) {
      if (waiting.deadline <= now) this.refuse(waiting, { waitMs: 0, limit: 'queue' });
      else next = Math.min(next, waiting.deadline);
    }
    return next;
  }

  private remove(waiting: Waiting<R>): boolean {
    const line = this.callers.get(waiting.entry.caller);
    const index = line?.indexOf(waiting) ?? -1;
    if (!line || index < 0) return false;
    line.splice(index, 1);
    if (line.length === 0) this.callers.delete(waiting.entry.caller);
    this.size--;
    return true;
  }

  /** What is served before the caller's next request: of each other caller as many turns as the caller needs. */
  private ahead(caller: string, position = this.callers.get(caller)?.length ?? 0): QuotaDemand {
    let requests = 0;
    let tokens = 0;
    for (const [other, line] of this.callers) {
      for (const { entry } of line.slice(0, other === caller ? position : position + 1)) {
        requests++;
        tokens += entry.tokens;
      }
    }
    return { requests, tokens };
  }
}

function whyOf(waitMs: number): QuotaRefusal['why'] {
  return Number.isFinite(waitMs) ? 'too long' : 'too large';
}
