import { EvaluationError } from '@marcbachmann/cel-js';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit, Optional } from '@nestjs/common';
import { Clock } from '../../common/time/clock.port.js';
import type { KeyHolder } from '../keys/key-directory.port.js';
import { Notices } from '../notices/notices.port.js';
import { KeptCopies, type KeptCopy } from '../tenancy/kept-copy.js';
import type { CompiledRule, RuleCounts } from './compiled-rule.js';
import { decide, NO_RULE } from './decide.js';
import { Policies, POLICIES_TOPIC, type PolicyDecision, type PolicyFacts } from './policies.port.js';
import { PolicySnapshot } from './policy-snapshot.js';
import { PolicyStore } from './policy-store.port.js';
import type { PolicyRule } from './policy.types.js';

/** Notices may be lost: the version is looked at this often. */
const POLL_MS = 1_000;
/** The same rule's errors are logged once in this time. */
const QUIET_MS = 60_000;

/** The rules in memory, as every node has them within two seconds of a change. */
@Injectable()
export class CelPolicies extends Policies implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Policies');
  private snapshot = PolicySnapshot.EMPTY;
  private version: number | undefined;
  /** Undefined where a gateway may not start from its disk. */
  private readonly copy: KeptCopy<readonly PolicyRule[]> | undefined;
  private isFromDisk = false;
  private rules: readonly PolicyRule[] = [];
  private looking: Promise<void> | undefined;
  private again = false;
  private away = false;
  private stopped = false;
  private cancelPoll: (() => void) | undefined;
  private stopHearing: (() => void) | undefined;
  private readonly told = new Map<string, number>();

  constructor(
    private readonly store: PolicyStore,
    private readonly notices: Notices,
    private readonly clock: Clock,
    @Optional() copies?: KeptCopies,
  ) {
    super();
    this.copy = copies?.of<readonly PolicyRule[]>('policies');
  }

  /** Does not wait for a database that is away. */
  async onModuleInit(): Promise<void> {
    this.stopHearing = this.notices.on(POLICIES_TOPIC, () => void this.refresh());
    await this.refresh();
    if (!this.ready) await this.startFromDisk();
    this.poll();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    this.cancelPoll?.();
    this.stopHearing?.();
    await this.looking;
    await this.copy?.settled();
  }

  override get ready(): boolean {
    return this.version !== undefined || this.isFromDisk;
  }

  override has(holder: KeyHolder | undefined): boolean {
    return this.snapshot.has(holder);
  }

  override decide(facts: PolicyFacts): PolicyDecision {
    return this.has(facts.holder) ? decide(this.snapshot, facts, (rule, error) => this.note(rule, error)) : NO_RULE;
  }

  /** What a rule has done here; undefined for one that is not asked. */
  countsOf(id: string): RuleCounts | undefined {
    return this.snapshot.countsOf(id);
  }

  /** Reads the rules again when they have changed; what changes meanwhile is read afterwards. Never rejects. */
  override refresh(): Promise<void> {
    if (this.looking) this.again = true;
    this.looking ??= this.look().finally(() => {
      this.looking = undefined;
      if (this.again && !this.stopped) void this.refresh();
    });
    return this.looking;
  }

  private poll(): void {
    if (this.stopped) return;
    this.cancelPoll = this.clock.after(POLL_MS, () => {
      void this.refresh().then(() => this.poll());
    });
  }

  private async look(): Promise<void> {
    do {
      this.again = false;
      try {
        if ((await this.store.version()) !== this.version) await this.load();
        if (this.version !== undefined) this.copy?.keep(this.version, this.clock.wallTime(), this.rules);
        if (this.away) this.logger.log('policies are followed again');
        this.away = false;
      } catch (error) {
        // Told once: the poll goes on, with the rules that are known.
        if (!this.away) this.logger.warn({ err: error, ready: this.ready }, 'policies cannot be read');
        this.away = true;
      }
    } while (this.again && !this.stopped);
  }

  private async load(): Promise<void> {
    const { version, rules } = await this.store.all();
    await this.take(rules);
    this.version = version;
    for (const id of this.told.keys()) if (!this.snapshot.countsOf(id)) this.told.delete(id);
  }

  private async take(rules: readonly PolicyRule[]): Promise<void> {
    this.snapshot = await PolicySnapshot.of(rules, this.snapshot, (rule, reason) => this.noteBroken(rule, reason));
    this.rules = rules;
  }

  private async startFromDisk(): Promise<void> {
    const rules = await this.copy?.read(this.clock.wallTime());
    // The database may have come back meanwhile.
    if (!rules || this.version !== undefined) return;
    await this.take(rules);
    this.isFromDisk = true;
    this.logger.warn({ rules: rules.length }, 'the database cannot be reached: starting with the policies on disk');
  }

  private noteBroken({ id, name, effect }: PolicyRule, reason: string): void {
    this.logger.error({ policy: id, name, effect, reason }, 'a stored policy is not valid: it counts as an error');
  }

  private note({ rule, counts }: CompiledRule, error: unknown): void {
    counts.errors += 1;
    const now = this.clock.now();
    if (now - (this.told.get(rule.id) ?? -Infinity) < QUIET_MS) return;
    this.told.set(rule.id, now);
    const { id, name, effect } = rule;
    // The code alone: the message may quote a header of the request.
    const reason = error instanceof EvaluationError ? error.code : error instanceof Error ? error.name : 'unknown';
    this.logger.warn({ policy: id, name, effect, reason, errors: counts.errors }, 'a policy could not be evaluated');
  }
}
