import type { Random } from '../../src/common/random/random.port.js';
import type { Clock } from '../../src/common/time/clock.port.js';
import type { SimulatedTarget } from './scenarios.js';

/** Silence is given up after this; the gateway would move on. */
export const FIRST_TOKEN_DEADLINE_MS = 3_000;
/** A refusal comes back after one round trip. */
const REFUSAL_MS = 60;
/** So many requests at once make a target twice as slow. */
const LOAD_UNIT = 60;
/** Spread of the first-token time (sigma of its logarithm). */
const SPREAD = 0.35;

/** How one simulated request will go. */
export type Course =
  | { kind: 'answer'; firstTokenMs: number; generationMs: number; headers: Record<string, string> }
  | { kind: 'failure'; afterMs: number }
  | { kind: 'limited'; afterMs: number; headers: Record<string, string> };

/** One upstream key: conditions, load and quota decide how a request goes. */
export class SimulatedUpstream {
  received = 0;
  private inFlight = 0;
  private bucket: number;
  private bucketAt = 0;

  constructor(
    readonly spec: SimulatedTarget,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {
    this.bucket = spec.requestsPerMinute ?? 0;
  }

  receive(promptTokens: number, completionTokens: number): Course {
    this.received++;
    const conditions = this.spec.at(this.clock.now() / 1000);
    if (!this.takeQuota()) return { kind: 'limited', afterMs: REFUSAL_MS, headers: this.headers() };
    if (this.random.next() < conditions.errorShare) return this.fly({ kind: 'failure', afterMs: conditions.errorMs });
    const size = (1 + promptTokens / 4_000) / (1 + 1_000 / 4_000);
    const load = 1 + this.inFlight / LOAD_UNIT;
    const firstTokenMs = conditions.firstTokenMs * size * load * Math.exp(SPREAD * this.normal());
    if (firstTokenMs > FIRST_TOKEN_DEADLINE_MS) return this.fly({ kind: 'failure', afterMs: FIRST_TOKEN_DEADLINE_MS });
    const generationMs = (completionTokens / conditions.tokensPerSecond) * 1000;
    return this.fly({ kind: 'answer', firstTokenMs, generationMs, headers: this.headers() });
  }

  private fly(course: Course): Course {
    this.inFlight++;
    const durationMs = course.kind === 'answer' ? course.firstTokenMs + course.generationMs : course.afterMs;
    this.clock.after(durationMs, () => this.inFlight--);
    return course;
  }

  private takeQuota(): boolean {
    const { requestsPerMinute } = this.spec;
    if (requestsPerMinute === undefined) return true;
    const now = this.clock.now();
    this.bucket = Math.min(requestsPerMinute, this.bucket + ((now - this.bucketAt) * requestsPerMinute) / 60_000);
    this.bucketAt = now;
    if (this.bucket < 1) return false;
    this.bucket--;
    return true;
  }

  private headers(): Record<string, string> {
    const { requestsPerMinute } = this.spec;
    if (requestsPerMinute === undefined) return {};
    return {
      'x-ratelimit-limit-requests-minute': String(requestsPerMinute),
      'x-ratelimit-remaining-requests-minute': String(Math.floor(this.bucket)),
      'x-ratelimit-reset-requests-minute': ((requestsPerMinute - this.bucket) / (requestsPerMinute / 60)).toFixed(3),
    };
  }

  /** Box and Muller. */
  private normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.random.next())) * Math.cos(2 * Math.PI * this.random.next());
  }
}
