import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { describeOnRedis, RedisProxy, RedisServer } from '../../../test/support/redis.js';
import { until } from '../../../test/support/within.js';
import { SystemClock } from '../../common/time/clock.port.js';
import { ManualClock } from '../../common/time/manual-clock.js';
import { LoneWorker } from '../../common/workers/lone-worker.js';
import { RedisLink } from '../../persistence/redis-link.js';
import { LocalNotices } from './local-notices.js';
import type { Notices } from './notices.port.js';
import { RedisNotices } from './redis-notices.js';

const LIMIT_MS = 10_000;

beforeAll(() => Logger.overrideLogger(false));

describe('Notices inside a gateway', () => {
  it('reach those who listen to the topic, until they stop', async () => {
    const notices = new LocalNotices(new LoneWorker());
    const heard: string[] = [];
    const stop = notices.on('keys', (message) => heard.push(`one ${message}`));
    notices.on('keys', (message) => heard.push(`two ${message}`));
    notices.on('budgets', (message) => heard.push(`other ${message}`));
    await notices.publish('keys', 'vk_1');
    stop();
    await notices.publish('keys', 'vk_2');
    expect(heard).toEqual(['one vk_1', 'two vk_1', 'two vk_2']);
  });

  it('reach the others when one who listens fails', async () => {
    const notices = new LocalNotices(new LoneWorker());
    const heard: string[] = [];
    notices.on('keys', () => {
      throw new Error('no');
    });
    notices.on('keys', (message) => heard.push(message));
    await notices.publish('keys', 'vk_1');
    expect(heard).toEqual(['vk_1']);
  });
});

describeOnRedis('Notices between gateways', () => {
  let server: RedisServer;
  let proxy: RedisProxy;
  const ends: Array<() => void> = [];
  const namespace = `test-${randomBytes(6).toString('hex')}`;

  const join = async (): Promise<Notices> => {
    const clock = new SystemClock();
    const link = new RedisLink(proxy.url, clock);
    const notices = new RedisNotices(proxy.url, link, clock, namespace);
    ends.push(() => {
      notices.stop();
      link.close();
    });
    notices.start();
    await link.start(() => link.load([]));
    return notices;
  };

  /** Says something until the other has heard it: what is said while nobody listens is lost. */
  const isHeard = async (from: Notices, heard: readonly string[], what: string): Promise<void> => {
    const end = performance.now() + LIMIT_MS;
    while (!heard.includes(what)) {
      if (performance.now() > end) throw new Error(`nobody heard ${what}`);
      await from.publish('keys', what);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  beforeEach(async () => {
    server = await RedisServer.start();
    proxy = await RedisProxy.before(server.url);
  });

  afterEach(async () => {
    for (const end of ends.splice(0)) end();
    await proxy.close();
    await server.kill();
  });

  it('reach every gateway once, the own one included', async () => {
    const [one, two] = [await join(), await join()];
    const heard: string[] = [];
    const own: string[] = [];
    two.on('keys', (message) => heard.push(message));
    one.on('keys', (message) => own.push(message));
    await isHeard(one, heard, 'listening');
    const before = own.length;
    await one.publish('keys', 'with spaces: {"id":"vk_ä"}');
    await until(LIMIT_MS, 'the other heard it', () => heard.includes('with spaces: {"id":"vk_ä"}'));
    await isHeard(two, own, 'back');
    expect(own.slice(before, before + 2)).toEqual(['with spaces: {"id":"vk_ä"}', 'back']);
  });

  it.each([
    ['cut off', 'cut'],
    ['half-open', 'silent'],
  ] as const)('are heard again after Redis was %s', async (_name, manner) => {
    const [one, two] = [await join(), await join()];
    const heard: string[] = [];
    two.on('keys', (message) => heard.push(message));
    await isHeard(one, heard, 'before');
    const own: string[] = [];
    one.on('keys', (message) => own.push(message));
    proxy.behave(manner);
    await one.publish('keys', 'meanwhile');
    expect(own).toEqual(['meanwhile']);
    proxy.behave('well');
    await isHeard(one, heard, 'after');
  });

  it('cost no process its life when a connection falls silent again and again', async () => {
    const clock = new ManualClock();
    const link = new RedisLink(proxy.url, new SystemClock());
    const notices = new RedisNotices(proxy.url, link, clock, namespace);
    const rejected: unknown[] = [];
    const note = (reason: unknown): unknown => rejected.push(reason);
    process.on('unhandledRejection', note);
    ends.push(
      () => notices.stop(),
      () => link.close(),
      () => process.off('unhandledRejection', note),
    );
    notices.start();
    await link.start(() => link.load([]));
    const heard: string[] = [];
    notices.on('keys', (message) => heard.push(message));
    await isHeard(notices, heard, 'before');
    proxy.behave('silent');
    for (let round = 0; round < 3; round++) {
      const before = proxy.connections;
      // A ping that nobody answers ends the connection, and with it what the next one had begun.
      await until(LIMIT_MS, 'a new connection', () => {
        clock.advance(100);
        return proxy.connections > before;
      });
    }
    proxy.behave('cut');
    await new Promise((resolve) => setImmediate(resolve));
    proxy.behave('well');
    await isHeard(notices, heard, 'after');
    expect(rejected).toEqual([]);
  });
});
