import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../../common/time/clock.port.js';
import type { ResponseObject } from './response-object.types.js';
import { ResponseOptions } from './state/response-options.js';
import { bodyOf } from './state/stored-items.js';
import { ResponseStore, type StoredResponse } from './store/response-store.port.js';

/** Times in milliseconds. */
const ORPHANS_EVERY = 15_000;
const PURGE_EVERY = 600_000;
/** Between two batches, so that a large purge leaves room for others. */
const PURGE_PAUSE = 200;
const BATCH = 500;
const ORPHANS = 50;

/** What has to be done from time to time, by every node: twice does no harm. */
@Injectable()
export class ResponseJobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Responses');
  private readonly cancels = new Map<string, () => void>();
  private isStopped = false;

  constructor(
    private readonly store: ResponseStore,
    private readonly clock: Clock,
    private readonly options: ResponseOptions,
  ) {}

  onApplicationBootstrap(): void {
    // What was stored before storing was switched off is purged all the same.
    this.schedule('purge', PURGE_PAUSE, () => this.purge());
    if (this.options.enabled) this.schedule('orphans', PURGE_PAUSE, () => this.failOrphans());
  }

  beforeApplicationShutdown(): void {
    this.isStopped = true;
    for (const cancel of this.cancels.values()) cancel();
  }

  /** Deletes a batch of what has expired; returns when to look again. */
  async purge(): Promise<number> {
    const count = await this.store.purge(this.now(), BATCH);
    if (count > 0) this.logger.log({ responses: count }, 'expired responses are deleted');
    return count === BATCH ? PURGE_PAUSE : PURGE_EVERY;
  }

  /** Fails responses whose node has gone, so that nobody waits for them; returns when to look again. */
  async failOrphans(): Promise<number> {
    const now = this.now();
    for (const orphan of await this.store.orphans(now, ORPHANS)) {
      const settled = await this.store.settle({ response: failed(orphan), events: [], itemIds: [] }, { expired: now });
      if (settled) this.logger.warn({ response_id: orphan.id }, 'a background response is failed: its node has gone');
    }
    return ORPHANS_EVERY;
  }

  private schedule(name: string, delay: number, job: () => Promise<number>): void {
    if (this.isStopped) return;
    const cancel = this.clock.after(delay, () => {
      void job()
        .catch((error: unknown) => {
          if (this.store.available) this.logger.error({ err: error, job: name }, 'a job failed');
          return ORPHANS_EVERY;
        })
        .then((next) => this.schedule(name, next, job));
    });
    this.cancels.set(name, cancel);
  }

  private now(): Date {
    return new Date(this.clock.wallTime());
  }
}

const GONE = {
  code: 'server_error',
  message: 'The gateway that made this response stopped before it was complete. Please send the request again.',
};

function failed(orphan: StoredResponse): StoredResponse {
  const response: ResponseObject = { ...bodyOf(orphan), status: 'failed', error: GONE };
  return { ...orphan, status: response.status, body: JSON.stringify(response) };
}
