import { Logger } from '@nestjs/common';
import { ManualClock } from '../../../common/time/manual-clock.js';
import { Notices } from '../../notices/notices.port.js';
import { FakePriceOverrideStore } from './fake-price-override-store.js';
import { OverrideSet } from './override-set.js';
import { PriceOverrideFeed } from './price-override-feed.js';
import type { OverrideDraft } from './price-override-store.port.js';

const DRAFT: OverrideDraft = {
  organizationId: null,
  provider: 'p',
  model: 'm',
  pricing: { input: 1, output: 1 },
  from: -Infinity,
  until: Infinity,
  note: null,
};

/** Notices inside a process. */
class LocalNotices extends Notices {
  private readonly ears = new Set<(message: string) => void>();

  override async publish(_topic: string, message: string): Promise<void> {
    for (const hear of this.ears) hear(message);
  }

  override on(_topic: string, hear: (message: string) => void): () => void {
    this.ears.add(hear);
    return () => void this.ears.delete(hear);
  }
}

/** Lets everything go on that only waits for promises. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function nodeOn(store: FakePriceOverrideStore, notices?: Notices) {
  const clock = new ManualClock();
  const node = { clock, applied: OverrideSet.EMPTY, count: () => node.applied.of(null).length };
  const feed = new PriceOverrideFeed(store, clock, notices, (set) => (node.applied = set));
  return Object.assign(node, { feed });
}

describe('A node that follows price overrides', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('has them before it serves, and reads them again only after a change', async () => {
    const store = new FakePriceOverrideStore();
    await store.add('all', DRAFT);
    const node = nodeOn(store);
    await node.feed.start();
    expect([node.count(), node.feed.complete, store.reads]).toEqual([1, true, 1]);
    for (let i = 0; i < 10; i++) {
      node.clock.advance(1_000);
      await settled();
    }
    expect(store.reads).toBe(1);
    await store.add('all', { ...DRAFT, model: 'n' });
    node.clock.advance(1_000);
    await settled();
    expect([node.count(), store.reads]).toEqual([2, 2]);
    await node.feed.stop();
  });

  it('hears of a change at once, from another node too', async () => {
    const store = new FakePriceOverrideStore();
    const notices = new LocalNotices();
    const [one, other] = [nodeOn(store, notices), nodeOn(store, notices)];
    await Promise.all([one.feed.start(), other.feed.start()]);
    await store.add('all', DRAFT);
    await one.feed.changed();
    expect(one.count()).toBe(1);
    await settled();
    expect(other.count()).toBe(1);
    await Promise.all([one.feed.stop(), other.feed.stop()]);
  });

  it('goes on with the last ones while the database is away, and catches up', async () => {
    const store = new FakePriceOverrideStore();
    await store.add('all', DRAFT);
    const node = nodeOn(store);
    await node.feed.start();
    store.down = new Error('away');
    node.clock.advance(1_000);
    await settled();
    expect(node.count()).toBe(1);
    store.down = undefined;
    await store.add('all', { ...DRAFT, model: 'n' });
    node.clock.advance(1_000);
    await settled();
    expect(node.count()).toBe(2);
    await node.feed.stop();
  });

  it('starts without the database, says so, and gets them when it is there', async () => {
    const store = new FakePriceOverrideStore();
    await store.add('all', DRAFT);
    store.down = new Error('away');
    const node = nodeOn(store);
    await node.feed.start();
    expect(node.feed.complete).toBe(false);
    store.down = undefined;
    node.clock.advance(1_000);
    await settled();
    expect([node.feed.complete, node.count()]).toEqual([true, 1]);
    await node.feed.stop();
  });

  it('misses no change that happens while it looks', async () => {
    const store = new FakePriceOverrideStore();
    const node = nodeOn(store);
    await node.feed.start();
    const look = node.feed.refresh();
    await store.add('all', DRAFT);
    await Promise.all([look, node.feed.refresh()]);
    expect(node.count()).toBe(1);
    await node.feed.stop();
    node.clock.advance(5_000);
    expect(node.clock.pending).toBe(0);
  });
});
