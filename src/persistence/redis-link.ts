import { Logger } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import type { Clock } from '../common/time/clock.port.js';
import { RedisCircuit } from './redis-circuit.js';
import { ReplyDeadlines } from './reply-deadlines.js';
import type { RedisScript } from './redis-script.js';

const COMMAND_MS = 100;
const MOST_FAILURES = 5;
const FAILURES_WITHIN_MS = 1_000;
/** From one proof of life to the next; while a failure is fresh; and while the circuit is open. */
const BEAT_MS = 1_000;
const SUSPECT_MS = 50;
const PROBE_MS = 500;
/** Longest time that the start waits for the first answer. */
const FIRST_MS = 1_000;

/** What every connection of ours has in common: nothing waits for a Redis that is not there. */
export const REDIS_OPTIONS: RedisOptions = {
  lazyConnect: true,
  protocol: 2,
  disableClientInfo: true,
  enableOfflineQueue: false,
  // A server that loads its data says so to the first command, and INFO is a command that an ACL may forbid.
  enableReadyCheck: false,
  // Whether a command that got no answer was done is not known: who sent it decides.
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 1_000,
  // A half-open connection never says that it has ended.
  disconnectTimeout: 100,
  retryStrategy: () => 200,
};

/** Redis did not do what was asked, or nobody knows whether it did. */
export class RedisUnavailable extends Error {
  override readonly name = 'RedisUnavailable';

  constructor(
    message: string,
    /** Whether it may have been done all the same. */
    readonly sent: boolean,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/**
 * The connection that commands go over. Each has 100 ms; after five failures in a second the circuit opens and nothing
 * is sent but a probe each 500 ms, until one is answered in time. A connection that does not answer is replaced.
 */
export class RedisLink {
  private readonly logger = new Logger('Redis');
  private readonly redis: Redis;
  private readonly circuit = new RedisCircuit(MOST_FAILURES, FAILURES_WITHIN_MS);
  private readonly deadlines: ReplyDeadlines;
  private readonly wakes: Array<() => void> = [];
  private up = false;
  private changed: number;
  private closed = false;
  private lastError: unknown;
  private cancel: (() => void) | undefined;
  private probe: () => Promise<void> = async () => undefined;

  constructor(
    url: string,
    private readonly clock: Clock,
  ) {
    this.changed = clock.wallTime();
    this.deadlines = new ReplyDeadlines(clock, COMMAND_MS);
    this.redis = new Redis(url, REDIS_OPTIONS);
    // Told once by the change of state, not for each attempt to connect.
    this.redis.on('error', (error: unknown) => (this.lastError = error));
  }

  get isUp(): boolean {
    return this.up;
  }

  /** When the state changed, in milliseconds since the epoch. */
  get since(): number {
    return this.changed;
  }

  /** Called each time that Redis answers again, and the first time. */
  onUp(run: () => void): void {
    this.wakes.push(run);
  }

  /**
   * Connects, and asks from then on whether Redis is there. Never rejects; resolves when that is known, or after a second.
   * @param probe a command that only a Redis that works answers; it is sent by `attempt`
   */
  async start(probe: () => Promise<void>): Promise<void> {
    this.probe = probe;
    const connected = this.redis.connect().catch((error: unknown) => (this.lastError = error));
    const first = Promise.withResolvers<void>();
    const cancel = this.clock.after(FIRST_MS, first.resolve);
    void connected.then(() => this.beat()).then(first.resolve);
    await first.promise;
    cancel();
  }

  /** Runs a script while the circuit is closed. @throws RedisUnavailable */
  async run(script: RedisScript, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    if (!this.up) throw new RedisUnavailable('Redis is down', false);
    return this.attempt(script, keys, args);
  }

  /** Runs a script also while the circuit is open. @throws RedisUnavailable */
  async attempt(script: RedisScript, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const rest = [keys.length, ...keys, ...args] as const;
    return this.timed(script.name, async () => {
      try {
        return await this.redis.evalsha(script.sha, ...rest);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return await this.redis.eval(script.lua, ...rest);
      }
    });
  }

  /** Puts scripts where they are known by their digest, also while the circuit is open. @throws RedisUnavailable */
  async load(scripts: readonly RedisScript[]): Promise<void> {
    await this.timed('script load', () => Promise.all(scripts.map(({ lua }) => this.redis.script('LOAD', lua))));
  }

  /** @throws RedisUnavailable */
  async publish(channel: string, message: string): Promise<void> {
    if (!this.up) throw new RedisUnavailable('Redis is down', false);
    await this.timed('publish', () => this.redis.publish(channel, message));
  }

  close(): void {
    this.closed = true;
    this.up = false;
    this.cancel?.();
    this.redis.disconnect();
  }

  private async timed<T>(what: string, work: () => Promise<T>): Promise<T> {
    const sent = this.redis.status === 'ready';
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const answered = this.deadlines.add(() => reject(new Error(`no answer to ${what} within ${COMMAND_MS} ms`)));
    work().then(resolve, reject);
    try {
      return await promise;
    } catch (error) {
      this.lastError = error;
      if (this.circuit.fail(this.clock.now())) this.goDown();
      throw new RedisUnavailable(
        `Redis failed: ${error instanceof Error ? error.message : String(error)}`,
        sent,
        error,
      );
    } finally {
      answered();
    }
  }

  private async beat(): Promise<void> {
    if (this.closed) return;
    const alive = await this.probe().then(
      () => true,
      (error: unknown) => {
        this.lastError = error;
        return false;
      },
    );
    if (this.closed) return;
    if (alive) this.goUp();
    else this.suspect();
    const pause = alive ? BEAT_MS : this.circuit.isOpen ? PROBE_MS : SUSPECT_MS;
    this.beatAfter(pause);
  }

  private beatAfter(ms: number): void {
    this.cancel?.();
    this.cancel = this.clock.after(ms, () => {
      this.cancel = undefined;
      void this.beat();
    });
  }

  private suspect(): void {
    if (!this.up && this.circuit.open()) this.goDown();
    if (!this.circuit.isOpen) return;
    // Half-open connections do not end by themselves for a quarter of an hour.
    if (this.redis.status === 'ready' || this.redis.status === 'connect') this.redis.disconnect(true);
  }

  private goUp(): void {
    this.circuit.close();
    if (this.up) return;
    this.up = true;
    this.changed = this.clock.wallTime();
    this.logger.log('Redis answers: counters are shared');
    for (const wake of this.wakes) wake();
  }

  private goDown(): void {
    this.up = false;
    // A hiccup that a hundred calls met at once may be over already. A probe that is under way asks just that.
    if (this.cancel) this.beatAfter(SUSPECT_MS);
    this.changed = this.clock.wallTime();
    const message = 'Redis cannot be reached: calls are decided by on_limiter_down until it is back';
    this.logger.error({ err: this.lastError }, message);
  }
}
