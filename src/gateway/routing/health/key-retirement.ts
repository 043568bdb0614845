import type { Clock } from '../../../common/time/clock.port.js';
import { PROBE_LEASE_MS } from './circuit-breaker.options.js';
import { FREE_PERMIT, type Permit } from './permit.js';

export interface RetirementOptions {
  /** From the retirement to the first probe; each refused probe doubles it … */
  readonly probeAfterMs: number;
  /** … up to this. */
  readonly maxProbeAfterMs: number;
}

/** A probe after one minute, then after 2, 4 … up to each hour. */
export const DEFAULT_RETIREMENT: RetirementOptions = {
  probeAfterMs: 60_000,
  maxProbeAfterMs: 3_600_000,
};

/** What an operator must hear of a key. */
export interface KeyAlarm {
  readonly event: 'retired' | 'still refused' | 'reinstated';
  readonly reason: string;
  /** Milliseconds until the next probe; 0 when it is reinstated. */
  readonly probeInMs: number;
}

/** Why a key is out of use, and when it is tried again. */
export interface RetiredKey {
  readonly reason: string;
  readonly forMs: number;
  readonly probeInMs: number;
  readonly refusedProbes: number;
}

/** What other workers must know of a key; times are from now on, in milliseconds. */
export interface KeyNews {
  /** Why it is out of use; null: it is not. */
  readonly reason: string | null;
  readonly forMs: number;
  readonly intervalMs: number;
  readonly refusedProbes: number;
  readonly probeInMs: number;
  /** How long a probe of the sender's may still take; 0: it has none. */
  readonly probeEndsInMs: number;
}

/** How a key's worker tells the others what it learns of it. */
export interface KeySharing {
  /** So much later than the first worker this one sends a probe. */
  readonly staggerMs: number;
  tell(news: KeyNews): void;
}

const UNSHARED: KeySharing = { staggerMs: 0, tell: () => undefined };

/** A key of a provider that was refused (401, 402, 403) is no longer used, but for a probe now and then. */
export class KeyRetirement {
  private reason: string | undefined;
  private since = 0;
  private intervalMs = 0;
  private probeAt = 0;
  private refusedProbes = 0;
  private probe: Permit | undefined;
  private probeEndsAt = 0;
  /** Of another worker. */
  private foreignProbe: { readonly by: number; readonly endsAt: number } | undefined;

  constructor(
    private readonly clock: Clock,
    private options: RetirementOptions = DEFAULT_RETIREMENT,
    private readonly alarm: (alarm: KeyAlarm) => void = () => undefined,
    private readonly sharing: KeySharing = UNSHARED,
  ) {}

  get retired(): RetiredKey | undefined {
    if (this.reason === undefined) return undefined;
    return {
      reason: this.reason,
      forMs: this.clock.now() - this.since,
      probeInMs: this.waitMs,
      refusedProbes: this.refusedProbes,
    };
  }

  get isRetired(): boolean {
    return this.reason !== undefined;
  }

  /** Milliseconds until a request may use the key; 0 when one may now. */
  get waitMs(): number {
    if (this.reason === undefined) return 0;
    const now = this.clock.now();
    const foreign = this.foreignProbe ? this.foreignProbe.endsAt - now : 0;
    return Math.max(0, this.probeAt - now, this.probe ? this.probeEndsAt - now : 0, foreign);
  }

  /** The provider refused the key. Requests that were under way when it was retired change nothing. */
  retire(reason: string, probeAfterMs: number = this.options.probeAfterMs): void {
    const now = this.clock.now();
    if (this.reason === undefined) {
      this.since = now;
      this.intervalMs = probeAfterMs;
      this.refusedProbes = 0;
    } else if (this.probe) {
      this.intervalMs = Math.min(this.intervalMs * 2, Math.max(probeAfterMs, this.options.maxProbeAfterMs));
      this.refusedProbes++;
    } else return;
    const event = this.reason === undefined ? 'retired' : 'still refused';
    this.reason = reason;
    this.probe = undefined;
    this.waitFrom(now);
    this.tell();
    this.alarm({ event, reason, probeInMs: this.intervalMs });
  }

  /** Takes it back into use, for an operator who has mended it. */
  reinstate(): void {
    if (this.reason === undefined) return;
    const { reason } = this;
    this.forget();
    this.tell();
    this.alarm({ event: 'reinstated', reason, probeInMs: 0 });
  }

  /** Leave to use the key: always while it is good, one probe at a time while it is retired. */
  tryAcquire(): Permit | undefined {
    if (this.reason === undefined) return FREE_PERMIT;
    if (this.waitMs > 0) return undefined;
    const now = this.clock.now();
    const probe: Permit = {
      success: () => this.probe === probe && this.reinstate(),
      failure: () => this.endProbe(probe),
      release: () => this.endProbe(probe),
    };
    this.probe = probe;
    this.waitFrom(now);
    this.probeEndsAt = now + PROBE_LEASE_MS;
    this.tell();
    return probe;
  }

  /** What other workers must know of it now. */
  get shared(): KeyNews {
    const now = this.clock.now();
    return {
      reason: this.reason ?? null,
      forMs: now - this.since,
      intervalMs: this.intervalMs,
      refusedProbes: this.refusedProbes,
      probeInMs: Math.max(0, this.probeAt - this.sharing.staggerMs - now),
      probeEndsInMs: this.probe ? Math.max(0, this.probeEndsAt - now) : 0,
    };
  }

  /** Takes over what another worker learnt, which has told whoever must hear of it. */
  adopt({ reason, forMs, intervalMs, refusedProbes, probeInMs, probeEndsInMs }: KeyNews, from: number): void {
    if (reason === null) return this.forget();
    const now = this.clock.now();
    this.reason = reason;
    this.since = now - forMs;
    this.intervalMs = intervalMs;
    this.refusedProbes = refusedProbes;
    this.probeAt = now + probeInMs + this.sharing.staggerMs;
    if (probeEndsInMs > 0) this.foreignProbe = { by: from, endsAt: now + probeEndsInMs };
    else this.forgetWorker(from);
  }

  /** A worker that has ended, or has its answer, probes no more. */
  forgetWorker(id: number): void {
    if (this.foreignProbe?.by === id) this.foreignProbe = undefined;
  }

  configure(options: RetirementOptions): void {
    this.options = options;
  }

  private endProbe(probe: Permit): void {
    if (this.probe !== probe) return;
    this.probe = undefined;
    this.tell();
  }

  private forget(): void {
    this.reason = undefined;
    this.probe = undefined;
    this.foreignProbe = undefined;
  }

  private waitFrom(now: number): void {
    this.probeAt = now + this.intervalMs + this.sharing.staggerMs;
  }

  private tell(): void {
    this.sharing.tell(this.shared);
  }
}
