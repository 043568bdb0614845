import { Logger } from '@nestjs/common';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { Clock } from '../../../common/time/clock.port.js';
import type { EventRun, ResponseEntry, ResponseStore, StoredResponse } from './response-store.port.js';
import { isStorableId } from './stored-id.js';

/** Most entries in one transaction. */
const BATCH = 50;
/** How long an answer's last word waits for its response to be written, in milliseconds. */
const PATIENCE_MS = 5_000;
/** Pause after a failed write, in milliseconds. */
const RETRY_MS = 1_000;
/** Characters that wait to be written at most, over all responses. */
const MAX_PENDING = 64 * 1024 * 1024;
/** Responses of one conversation that are read at most. */
const MAX_CHAIN = 1_000;

interface Pending {
  readonly entry: ResponseEntry;
  readonly length: number;
  readonly written: Promise<void>;
  readonly resolve: () => void;
}

/**
 * Between the answers and the store: writes behind, many at once, and finds what is not written yet. A store that is
 * slow delays an answer's end by some seconds at most, one that is away not at all: then its responses wait here, as
 * many as there is room for.
 */
export class ResponseArchive {
  private readonly logger = new Logger('Responses');
  private readonly pending = new Map<string, Pending>();
  private length = 0;
  private flushing: Promise<void> | undefined;
  private failing = false;
  private cancelRetry: (() => void) | undefined;

  constructor(
    readonly store: ResponseStore,
    private readonly clock: Clock,
  ) {}

  /** Whether a response that ends some time from now can be promised to be found. */
  get accepts(): boolean {
    return this.store.available && !this.failing && this.length < MAX_PENDING;
  }

  /** Writes a response; resolves when it is written, or when the answer should not wait any longer. Never rejects. */
  keep(entry: ResponseEntry): Promise<void> {
    if (!isStorableId(entry.response.id)) {
      this.logger.error({ response_id: entry.response.id.slice(0, 64) }, 'a response has an id that cannot be stored');
      return Promise.resolve();
    }
    const length = lengthOf(entry);
    if (this.length + length > MAX_PENDING) {
      this.logger.error(
        { response_id: entry.response.id },
        'too much waits for the database: a response is not stored',
      );
      return Promise.resolve();
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.forget(keyOf(entry.response));
    this.pending.set(keyOf(entry.response), { entry, length, written: promise, resolve });
    this.length += length;
    this.flush();
    if (this.failing || !this.store.available) return Promise.resolve();
    return this.atMost(PATIENCE_MS, promise);
  }

  async find(scope: string, id: string): Promise<StoredResponse | undefined> {
    if (!isStorableId(id)) return undefined;
    const pending = this.pending.get(keyOf({ scope, id }));
    return pending?.entry.response ?? this.store.find(scope, id, this.now());
  }

  /** The response and those that it continues, the oldest first; it begins after a gap if there is one. */
  async chain(scope: string, id: string): Promise<StoredResponse[]> {
    if (!isStorableId(id)) return [];
    const newest: StoredResponse[] = [];
    for (let next: string | null = id; next !== null && newest.length < MAX_CHAIN;) {
      const found: StoredResponse | undefined = this.pending.get(keyOf({ scope, id: next }))?.entry.response;
      if (!found) return [...(await this.store.chain(scope, next, this.now(), MAX_CHAIN)), ...newest];
      newest.unshift(found);
      next = found.previousId;
    }
    return newest;
  }

  async withItems(scope: string, itemIds: readonly string[]): Promise<StoredResponse[]> {
    const waiting = [...this.pending.values()]
      .map(({ entry }) => entry)
      .filter(({ response, itemIds: own }) => response.scope === scope && itemIds.some((id) => own.includes(id)));
    const found = new Set(waiting.flatMap((entry) => entry.itemIds));
    const rest = itemIds.filter((id) => !found.has(id) && isStorableId(id));
    const stored = rest.length > 0 ? await this.store.withItems(scope, rest, this.now()) : [];
    return [...waiting.map(({ response }) => response), ...stored];
  }

  async events(scope: string, id: string, after: number, limit: number): Promise<EventRun[]> {
    const pending = this.pending.get(keyOf({ scope, id }));
    if (pending) return pending.entry.events.filter(({ last }) => last > after).slice(0, limit);
    return this.store.events(scope, id, after, limit);
  }

  async remove(scope: string, id: string): Promise<boolean> {
    if (!isStorableId(id)) return false;
    const key = keyOf({ scope, id });
    const waited = this.pending.has(key);
    this.forget(key);
    // It may be on its way already.
    await this.flushing;
    const stored = await this.store.remove(scope, id, this.now());
    return stored || waited;
  }

  /** Writes what waits, once; for the end of the process. */
  async drain(): Promise<void> {
    this.cancelRetry?.();
    await this.flushing;
    await this.writeAll();
    this.cancelRetry?.();
    if (this.pending.size > 0)
      this.logger.error({ responses: this.pending.size }, 'responses are lost: the database is away');
  }

  private flush(): void {
    if (this.flushing || this.cancelRetry) return;
    // After what else happens now, so that answers that end together are written together.
    this.flushing = Promise.resolve()
      .then(() => this.writeAll())
      .finally(() => {
        this.flushing = undefined;
      });
  }

  private async writeAll(): Promise<void> {
    while (this.pending.size > 0) {
      const batch = [...this.pending.values()].slice(0, BATCH);
      try {
        await this.store.save(batch.map(({ entry }) => entry));
        this.failing = false;
        for (const one of batch) this.done(one);
      } catch (error) {
        if (!isAway(error) && (await this.writeSingly(batch))) continue;
        this.retryLater(error);
        return;
      }
    }
  }

  /** One response that cannot be written must not keep the others from it. False when the store has gone away. */
  private async writeSingly(batch: readonly Pending[]): Promise<boolean> {
    for (const one of batch) {
      try {
        await this.store.save([one.entry]);
      } catch (error) {
        if (isAway(error)) return false;
        this.logger.error({ err: error, response_id: one.entry.response.id }, 'a response could not be stored');
      }
      this.done(one);
    }
    return true;
  }

  private retryLater(error: unknown): void {
    if (!this.failing)
      this.logger.warn({ err: error, responses: this.pending.size }, 'responses wait for the database');
    this.failing = true;
    for (const { resolve } of this.pending.values()) resolve();
    this.cancelRetry = this.clock.after(RETRY_MS, () => {
      this.cancelRetry = undefined;
      this.flush();
    });
  }

  private done(one: Pending): void {
    one.resolve();
    // A newer one with the same id stays.
    const key = keyOf(one.entry.response);
    if (this.pending.get(key) === one) this.forget(key);
  }

  private forget(key: string): void {
    const one = this.pending.get(key);
    if (!one) return;
    this.pending.delete(key);
    this.length -= one.length;
    one.resolve();
  }

  private async atMost(ms: number, promise: Promise<void>): Promise<void> {
    const { promise: overdue, resolve } = Promise.withResolvers<void>();
    const cancel = this.clock.after(ms, resolve);
    await Promise.race([promise, overdue]);
    cancel();
  }

  private now(): Date {
    return new Date(this.clock.wallTime());
  }
}

function isAway(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'storage_unavailable';
}

function lengthOf({ response, events }: ResponseEntry): number {
  const texts = response.body.length + (response.input?.length ?? 0);
  return events.reduce((length, { frames }) => length + frames.length, texts);
}

const keyOf = ({ scope, id }: { scope: string; id: string }): string => `${scope}\n${id}`;
