import { Logger } from '@nestjs/common';
import type { Clock } from '../../../common/time/clock.port.js';
import type { Notices } from '../../notices/notices.port.js';
import { PRICES_TOPIC } from '../declared-prices.port.js';
import type { KeptCopy } from '../../tenancy/kept-copy.js';
import { OverrideSet } from './override-set.js';
import type { PriceOverrideStore } from './price-override-store.port.js';
import type { PriceOverride } from './price-override.types.js';

/** Notices may be lost, so that each node looks by itself this often: with a slow answer it is still within 2 s. */
const POLL_MS = 1_000;

/** Keeps a node's overrides as the database has them. While it is away, the last ones go on to apply. */
export class PriceOverrideFeed {
  private readonly logger = new Logger('Prices');
  private version: number | undefined;
  private overrides: readonly PriceOverride[] = [];
  private failing = false;
  private stopped = false;
  private cancelPoll: (() => void) | undefined;
  private stopListening: (() => void) | undefined;
  private running: Promise<void> | undefined;
  private again = false;

  constructor(
    private readonly store: PriceOverrideStore,
    private readonly clock: Clock,
    private readonly notices: Notices | undefined,
    private readonly apply: (overrides: OverrideSet) => void,
    /** Undefined where a gateway may not start from its disk. */
    private readonly copy?: KeptCopy<readonly PriceOverride[]>,
  ) {}

  /** Whether the overrides were read at least once. */
  get complete(): boolean {
    return this.version !== undefined;
  }

  /** Reads them, and follows their changes from then on. Never rejects. */
  async start(): Promise<void> {
    this.stopListening = this.notices?.on(PRICES_TOPIC, () => void this.refresh());
    await this.refresh();
    if (!this.complete) await this.startFromDisk();
    this.schedule();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.stopListening?.();
    this.cancelPoll?.();
    await this.running;
    await this.copy?.settled();
  }

  /** Applies a change of this node at once, and tells the others. */
  async changed(): Promise<void> {
    await this.refresh();
    await this.notices?.publish(PRICES_TOPIC, '');
  }

  /** Looks whether there is something new. Never rejects. */
  refresh(): Promise<void> {
    if (this.stopped) return Promise.resolve();
    // A look that is under way may have begun before the change.
    if (this.running) this.again = true;
    this.running ??= this.look().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async look(): Promise<void> {
    do {
      this.again = false;
      await this.lookOnce();
    } while (this.again && !this.stopped);
  }

  private async lookOnce(): Promise<void> {
    try {
      if ((await this.store.version()) !== this.version || this.version === undefined) {
        const { version, overrides } = await this.store.all();
        this.apply(new OverrideSet(overrides));
        this.version = version;
        this.overrides = overrides;
      }
      this.copy?.keep(this.version, this.clock.wallTime(), this.overrides);
      if (this.failing) this.logger.log('price overrides are followed again');
      this.failing = false;
    } catch (error) {
      // Told once, not each second.
      if (!this.failing)
        this.logger.warn({ err: error }, 'price overrides cannot be read: those of before go on to apply');
      this.failing = true;
    }
  }

  private async startFromDisk(): Promise<void> {
    const overrides = await this.copy?.read(this.clock.wallTime());
    // The database may have come back meanwhile.
    if (!overrides || this.complete) return;
    this.apply(new OverrideSet(overrides));
    this.logger.warn(
      { overrides: overrides.length },
      'the database cannot be reached: starting with the price overrides on disk',
    );
  }

  private schedule(): void {
    if (this.stopped) return;
    this.cancelPoll = this.clock.after(POLL_MS, () => {
      void this.refresh().then(() => this.schedule());
    });
  }
}
