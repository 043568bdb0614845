import { Logger } from '@nestjs/common';
import { ManualClock } from '../../common/time/manual-clock.js';
import { until } from '../../../test/support/within.js';
import { CelPolicies } from './cel-policies.js';
import { FakeNotices } from '../notices/fake-notices.js';
import { fakeFacts, fakeHolder, fakeRule } from './fake-policy-rule.js';
import { FakePolicyStore } from './fake-policy-store.js';

let store: FakePolicyStore;
let notices: FakeNotices;
let clock: ManualClock;
let nodes: CelPolicies[];
const logged: object[] = [];

beforeEach(() => {
  store = new FakePolicyStore();
  notices = new FakeNotices();
  clock = new ManualClock();
  nodes = [];
  logged.length = 0;
  const keep = (line: object): void => void logged.push(line);
  Logger.overrideLogger({ log: keep, warn: keep, error: keep });
});
afterEach(async () => {
  await Promise.all(nodes.map((one) => one.onModuleDestroy()));
  Logger.overrideLogger(false);
});

async function node(): Promise<CelPolicies> {
  const one = new CelPolicies(store, notices, clock);
  nodes.push(one);
  await one.onModuleInit();
  return one;
}

describe('The rules of a node', () => {
  it('are known when it has started', async () => {
    await store.insert(null, fakeRule(), 9);
    const one = await node();
    expect(one.ready).toBe(true);
    expect(one.decide(fakeFacts()).effect).toBe('deny');
  });

  it('change at once when it hears of it', async () => {
    const [one, other] = [await node(), await node()];
    await store.insert(null, fakeRule(), 9);
    await notices.publish('policies', '');
    await until(1_000, 'both follow', () => one.has(fakeHolder()) && other.has(fakeHolder()));
    expect([one, other].map((each) => each.decide(fakeFacts()).effect)).toEqual(['deny', 'deny']);
  });

  it('change within a second when no notice comes through', async () => {
    const one = await node();
    const rule = fakeRule();
    await store.insert(null, rule, 9);
    clock.advance(1_000);
    await until(1_000, 'it follows', () => one.has(fakeHolder()));
    await store.remove(null, rule.id);
    // The next look is due once this one is over.
    await until(1_000, 'it looks again', () => clock.pending === 1);
    clock.advance(1_000);
    await until(1_000, 'it follows', () => !one.has(fakeHolder()));
    expect(one.decide(fakeFacts()).effect).toBe('allow');
  });

  it('are not read again while nothing has changed', async () => {
    await node();
    const reads = store.reads;
    for (let i = 0; i < 3; i++) {
      clock.advance(1_000);
      await until(1_000, 'the next look', () => clock.pending === 1);
    }
    expect(store.reads).toBe(reads);
  });

  it('stay when the database goes, and are followed again when it is back', async () => {
    await store.insert(null, fakeRule(), 9);
    const one = await node();
    store.away = true;
    clock.advance(1_000);
    await until(1_000, 'the next look', () => clock.pending === 1);
    expect(one.decide(fakeFacts()).effect).toBe('deny');
    clock.advance(1_000);
    await until(1_000, 'the next look', () => clock.pending === 1);
    expect(logged).toHaveLength(1);
    store.away = false;
    await store.insert(null, fakeRule({ effect: 'allow', priority: 0 }), 9);
    clock.advance(1_000);
    await until(1_000, 'it follows', () => one.decide(fakeFacts()).effect === 'allow');
  });

  it('are unknown, and say so, until the database was there once', async () => {
    store.away = true;
    const one = await node();
    expect(one.ready).toBe(false);
    store.away = false;
    clock.advance(1_000);
    await until(1_000, 'it is ready', () => one.ready);
  });

  it('name one that has errors once in a minute, and nothing of the request', async () => {
    const rule = fakeRule({ expression: 'bool(headers["x-secret"])' });
    await store.insert(null, rule, 9);
    const one = await node();
    const facts = fakeFacts({ headers: { 'x-secret': 'hunter2' } });
    for (let i = 0; i < 5; i++) expect(one.decide(facts).effect).toBe('deny');
    expect(logged).toEqual([expect.objectContaining({ policy: rule.id, reason: 'bool_conversion_error' })]);
    expect(JSON.stringify(logged)).not.toContain('hunter2');
    expect(one.countsOf(rule.id)).toEqual({ matched: 5, errors: 5 });
    clock.advance(60_000);
    one.decide(facts);
    expect(logged).toHaveLength(2);
  });

  it('that are not valid any more are told of when they are read', async () => {
    await store.insert(null, fakeRule({ expression: 'gone == 1' }), 9);
    await node();
    expect(logged).toEqual([expect.objectContaining({ reason: 'Unknown variable: gone' })]);
  });
});
