import type { Clock } from '../../../common/time/clock.port.js';
import type { BreakerNews } from './breaker-sharing.js';
import { CooldownTable } from './cooldown-table.js';
import { type KeyAlarm, type KeyNews, KeyRetirement } from './key-retirement.js';
import { DEFAULT_HEALTH, type HealthOptions, TargetHealth } from './target-health.js';
import type { Target } from './target.js';

/** What one worker learnt and the others must know. */
export type HealthNews =
  | { readonly of: 'breaker'; readonly target: Target; readonly breaker: BreakerNews }
  | { readonly of: 'key'; readonly target: Target; readonly key: KeyNews }
  | { readonly of: 'cooldown'; readonly targetId: string; readonly waitMs: number };

/** How a worker's book tells those of the others. */
export interface HealthSharing {
  readonly staggerMs: number;
  tell(news: HealthNews): void;
  claimProbe(targetId: string, number: number): boolean;
}

const UNSHARED: HealthSharing = { staggerMs: 0, tell: () => undefined, claimProbe: () => true };

/** What the log and the metrics want to hear. */
export interface HealthEvents {
  breaker?(target: Target, state: 'open' | 'closed'): void;
  key?(provider: string, key: string, alarm: KeyAlarm): void;
}

/** Model names come from callers, so their number has a bound; the one that was asked for longest ago goes. */
const MOST_TARGETS = 4_096;

/** The health of every target, for all requests of the process. */
export class HealthBook {
  readonly cooldowns: CooldownTable;
  private readonly entries = new Map<string, TargetHealth>();
  private readonly keys = new Map<string, KeyRetirement>();

  constructor(
    private readonly clock: Clock,
    private optionsOf: (target: Target) => HealthOptions = () => DEFAULT_HEALTH,
    private readonly events: HealthEvents = {},
    private readonly capacity = MOST_TARGETS,
    private readonly sharing = UNSHARED,
  ) {
    this.cooldowns = new CooldownTable(clock, (targetId, waitMs) => sharing.tell({ of: 'cooldown', targetId, waitMs }));
  }

  /** The target's health; made when it is first asked for. */
  of(target: Target): TargetHealth {
    return this.entries.get(target.id) ?? this.add(target);
  }

  /** Every target that was asked for, for metrics. */
  all(): IterableIterator<TargetHealth> {
    return this.entries.values();
  }

  /** A refused key (401, 402, 403) is out of use for all its models. */
  retire(target: Target, reason: string, probeAfterMs?: number): void {
    const { key } = this.of(target);
    key.retire(reason, probeAfterMs);
    this.refreshKey(key);
  }

  /** Milliseconds until the target may be asked: breaker, key and cooldown together. */
  waitMs(target: Target): number {
    return Math.max(this.of(target).waitMs, this.cooldowns.waitMs(target.id));
  }

  /** Takes new options for all targets and keeps what it knows of them. */
  configure(optionsOf: (target: Target) => HealthOptions): void {
    this.optionsOf = optionsOf;
    for (const health of this.entries.values()) {
      const options = optionsOf(health.target);
      health.configure(options);
      health.key.configure(options.retirement);
    }
  }

  /** Takes over what another worker learnt. */
  adopt(news: HealthNews, from: number): void {
    if (news.of === 'cooldown') return void this.cooldowns.adopt(news.targetId, news.waitMs);
    const { breaker, key } = this.of(news.target);
    if (news.of === 'breaker') return breaker.adopt(news.breaker, from);
    key.adopt(news.key, from);
    this.refreshKey(key);
  }

  /** What a worker must know that has just begun. */
  *known(): Generator<HealthNews> {
    const keys = new Set<KeyRetirement>();
    for (const { target, breaker, key } of this.entries.values()) {
      const state = breaker.shared;
      // Of one that is closed again, the number of its next probe.
      if (state.open || state.probeNumber > 0) yield { of: 'breaker', target, breaker: { state } };
      if (!key.isRetired || keys.has(key)) continue;
      keys.add(key);
      yield { of: 'key', target, key: key.shared };
    }
    for (const [targetId, waitMs] of this.cooldowns.all()) yield { of: 'cooldown', targetId, waitMs };
  }

  /** A worker that has ended answers none of its probes. */
  forgetWorker(id: number): void {
    for (const { breaker, key } of this.entries.values()) {
      breaker.forgetWorker(id);
      key.forgetWorker(id);
    }
  }

  private add(target: Target): TargetHealth {
    const options = this.optionsOf(target);
    const { staggerMs } = this.sharing;
    const health = new TargetHealth(
      target,
      this.keyOf(target, options),
      this.clock,
      options,
      (state) => this.events.breaker?.(target, state),
      {
        staggerMs,
        tell: (breaker) => this.sharing.tell({ of: 'breaker', target, breaker }),
        claimProbe: (number) => this.sharing.claimProbe(target.id, number),
      },
    );
    if (this.entries.size >= this.capacity) this.evict();
    this.entries.set(target.id, health);
    return health;
  }

  /** The oldest that nothing is known against: an open breaker must not be forgotten for a made-up model name. */
  private evict(): void {
    let oldest: string | undefined;
    for (const [id, health] of this.entries) {
      oldest ??= id;
      if (health.isProbe || health.stats.inFlight > 0) continue;
      oldest = id;
      break;
    }
    if (oldest !== undefined) this.entries.delete(oldest);
  }

  private keyOf(target: Target, options: HealthOptions): KeyRetirement {
    const id = `${target.provider}#${target.key}`;
    let key = this.keys.get(id);
    if (!key) {
      const { staggerMs } = this.sharing;
      key = new KeyRetirement(
        this.clock,
        options.retirement,
        (alarm) => this.events.key?.(target.provider, target.key, alarm),
        { staggerMs, tell: (news) => this.sharing.tell({ of: 'key', target, key: news }) },
      );
      this.keys.set(id, key);
    }
    return key;
  }

  private refreshKey(key: KeyRetirement): void {
    for (const health of this.entries.values()) if (health.key === key) health.refresh();
  }
}
