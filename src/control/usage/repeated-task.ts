import { Logger } from '@nestjs/common';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { Clock } from '../../common/time/clock.port.js';
import { ShippingStopped } from './usage-shipper.js';

/** Runs something again and again, never twice at once. A failure is told, and is no reason to stop. */
export class RepeatedTask {
  private readonly logger = new Logger('UsageLedger');
  private running: Promise<void> | undefined;
  private cancel: (() => void) | undefined;
  private stopped = false;

  constructor(
    private readonly name: string,
    private readonly everyMs: number,
    private readonly clock: Clock,
    private readonly work: () => Promise<unknown>,
  ) {}

  /** The run under way; undefined when there is none. */
  get turn(): Promise<void> | undefined {
    return this.running;
  }

  start(): void {
    this.running = this.once().finally(() => {
      this.running = undefined;
      if (!this.stopped) this.cancel = this.clock.after(this.everyMs, () => this.start());
    });
  }

  /** Waits for what runs. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancel?.();
    await this.running;
  }

  private async once(): Promise<void> {
    try {
      await this.work();
    } catch (error) {
      if (error instanceof ShippingStopped) return;
      // The database tells its own outages.
      if (error instanceof GatewayError && error.code === 'storage_unavailable') return;
      this.logger.error({ err: error, task: this.name }, 'a task of the ledger failed: it is tried again');
    }
  }
}
