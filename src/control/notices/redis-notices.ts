import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import type { Clock } from '../../common/time/clock.port.js';
import { REDIS_OPTIONS, type RedisLink, RedisUnavailable } from '../../persistence/redis-link.js';
import { Listeners } from './listeners.js';
import { Notices } from './notices.port.js';

/** How often the connection has to prove that it is alive: a half-open one hears nothing, and nobody notices. */
const PING_MS = 2_000;
const ANSWER_MS = 1_000;
/** Part of each channel's name: nodes of another version talk among themselves. */
const CHANNELS = 'v1:notices:';

/**
 * Notices over Redis: published on the connection of the counters, heard on one of its own, which subscribes anew after
 * each loss. This node hears its own at once, also while Redis is away.
 */
export class RedisNotices extends Notices {
  private readonly logger = new Logger('Notices');
  private readonly listeners = new Listeners();
  private readonly subscriber: Redis;
  private readonly prefix: string;
  private readonly node = randomBytes(9).toString('base64url');
  private cancel: (() => void) | undefined;
  private closed = false;

  constructor(
    url: string,
    private readonly link: RedisLink,
    private readonly clock: Clock,
    namespace = 'asbru',
  ) {
    super();
    this.prefix = `${namespace}:${CHANNELS}`;
    // Each connection subscribes by `subscribe`: nobody hears when the library's own subscription fails, which ends the
    // process.
    this.subscriber = new Redis(url, { ...REDIS_OPTIONS, autoResubscribe: false });
    this.subscriber.on('error', () => undefined); // The connection of the counters tells of the same Redis.
    this.subscriber.on('pmessage', (_pattern: string, channel: string, text: string) => this.receive(channel, text));
    this.subscriber.on('ready', () => this.subscribe());
  }

  override async publish(topic: string, message: string): Promise<void> {
    this.listeners.tell(topic, message);
    try {
      await this.link.publish(`${this.prefix}${topic}`, `${this.node} ${message}`);
    } catch (error) {
      if (!(error instanceof RedisUnavailable)) throw error;
      this.logger.warn({ err: error, topic }, 'other nodes could not be told; they will see it by themselves');
    }
  }

  override on(topic: string, hear: (message: string) => void): () => void {
    return this.listeners.add(topic, hear);
  }

  /** Connects in the background. */
  start(): void {
    this.subscriber.connect().catch(() => undefined); // It is tried again by itself.
    this.schedulePing();
  }

  stop(): void {
    this.closed = true;
    this.cancel?.();
    this.subscriber.disconnect();
  }

  private subscribe(): void {
    this.subscriber.psubscribe(`${this.prefix}*`).catch((error: unknown) => {
      if (this.closed) return;
      this.logger.warn({ err: error }, 'notices of other nodes cannot be heard');
      this.subscriber.disconnect(true);
    });
  }

  private receive(channel: string, text: string): void {
    const space = text.indexOf(' ');
    if (text.slice(0, space) === this.node) return;
    this.listeners.tell(channel.slice(this.prefix.length), text.slice(space + 1));
  }

  private schedulePing(): void {
    this.cancel = this.clock.after(PING_MS, () => void this.ping());
  }

  private async ping(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const cancel = this.clock.after(ANSWER_MS, () => resolve(false));
    this.subscriber.ping().then(
      () => resolve(true),
      () => resolve(false),
    );
    const alive = await promise;
    cancel();
    if (this.closed) return;
    const isStuck = this.subscriber.status === 'ready' || this.subscriber.status === 'connect';
    if (!alive && isStuck) this.subscriber.disconnect(true);
    this.schedulePing();
  }
}
