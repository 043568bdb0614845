import { Redis } from 'ioredis';
import { claim, lease, randomScope, redisNode } from '../support/counters.js';
import { describeOnRedis, REDIS } from '../support/redis.js';
import { until } from '../support/within.js';
import { ManualClock } from '../../src/common/time/manual-clock.js';
import { SystemClock } from '../../src/common/time/clock.port.js';
import { RedisLink } from '../../src/persistence/redis-link.js';
import { CalendarBudgetWindows } from '../../src/control/budgets/budget-windows.js';
import type { BudgetTerms } from '../../src/control/contract/terms.types.js';
import { RedisCounterRepair } from '../../src/control/counters/redis/redis-counter-repair.js';
import { claimOfBudget } from '../../src/control/governance/claims.js';
import { type BudgetDrift, BudgetReconciler } from '../../src/control/governance/reconcile/budget-reconciler.js';

const AMOUNT = 100_000;
const LEASE_MS = 90_000;

describeOnRedis('Budgets in Redis and in the ledger', () => {
  const windows = new CalendarBudgetWindows();
  let redis: Redis;
  let link: RedisLink;
  let nodes: Array<Awaited<ReturnType<typeof redisNode>>>;
  let clock: ManualClock;
  let scope: string;
  /** What the ledger knows. */
  let spent: Array<readonly [number, number]>;
  let asOf: number | undefined;

  beforeAll(async () => {
    redis = new Redis(REDIS);
    link = new RedisLink(REDIS, new SystemClock());
    await link.start(async () => void (await redis.ping()));
  });
  afterAll(() => {
    link.close();
    redis.disconnect();
  });
  beforeEach(() => {
    nodes = [];
    clock = new ManualClock(0, Date.now());
    scope = randomScope();
    spent = [];
    asOf = undefined;
  });
  afterEach(() => nodes.forEach((node) => node.abandon()));

  const balances = {
    get asOf() {
      return asOf ?? clock.wallTime();
    },
    of: () => spent,
  };
  const budget = (more: Partial<BudgetTerms> = {}): BudgetTerms => ({
    id: 'bud_1',
    name: 'Monthly',
    level: 'team',
    levelId: 'team_1',
    levelName: 'research',
    amount: AMOUNT,
    period: { kind: 'prepaid' },
    mode: 'hard',
    thresholds: [],
    overrides: [],
    models: [],
    providers: [],
    ...more,
  });
  const reconciler = (): BudgetReconciler => {
    const made = new BudgetReconciler(new RedisCounterRepair(link), balances, windows, clock);
    made.watch(scope, budget());
    return made;
  };
  const claimed = (amount: number) => claimOfBudget(budget(), amount, windows, balances, clock.wallTime()).claim;

  /** A call that spent so much. */
  async function call(id: string, amount: number, leaseMs = LEASE_MS): Promise<void> {
    const node = await redisNode(REDIS, leaseMs);
    nodes.push(node);
    const held = lease(scope, id, [claimed(amount)]);
    expect((await node.counters.admit(held)).admitted).toBe(true);
    node.counters.settle(held, [amount]);
    await node.settled();
  }

  /** One whole round, with what passes meanwhile. */
  async function round(made: BudgetReconciler): Promise<readonly BudgetDrift[]> {
    let isDone = false;
    const drifts = made.round().finally(() => (isDone = true));
    await until(5_000, 'the end of the round', () => {
      if (clock.pending > 0) clock.advance(1_000);
      return isDone;
    });
    return drifts;
  }

  const used = async (): Promise<number> => {
    const [standing] = await new RedisCounterRepair(link).standings(scope, [claimed(0)]);
    return standing?.used ?? NaN;
  };

  /** As somebody would who may write into Redis. */
  async function edit(value: number): Promise<void> {
    const [key] = await redis.keys(`*${scope}*:c:*`);
    await redis.hset(key ?? '', 'u', value);
  }

  it('that agree are left alone', async () => {
    await call('one', 500);
    spent = [[0, 500]];
    expect(await round(reconciler())).toEqual([]);
    expect(await used()).toBe(500);
  });

  it('are raised at once when Redis has too little', async () => {
    await call('one', 5_000);
    spent = [[0, 5_000]];
    await edit(1_000);
    expect(await round(reconciler())).toEqual([
      { budget: 'bud_1', name: 'Monthly', difference: -4_000, share: 0.04, corrected: true },
    ]);
    expect(await used()).toBe(5_000);
  });

  it('are lowered when Redis has too much for three rounds', async () => {
    await call('one', 5_000);
    spent = [[0, 5_000]];
    await edit(9_000);
    const made = reconciler();
    expect(await round(made)).toMatchObject([{ difference: 4_000, corrected: false }]);
    expect(await round(made)).toMatchObject([{ difference: 4_000, corrected: false }]);
    expect(await used()).toBe(9_000);
    expect(await round(made)).toMatchObject([{ difference: 4_000, corrected: true }]);
    expect(await used()).toBe(5_000);
    expect(await round(made)).toEqual([]);
  });

  it('are not lowered by what comes late', async () => {
    await call('one', 5_000);
    const made = reconciler();
    await round(made);
    await round(made);
    spent = [[0, 5_000]];
    expect(await round(made)).toEqual([]);
    expect(await used()).toBe(5_000);
  });

  it('are not lowered while nobody can read the ledger', async () => {
    await call('one', 5_000);
    asOf = clock.wallTime();
    const made = reconciler();
    for (let rounds = 0; rounds < 4; rounds++) expect(await round(made)).toEqual([]);
    expect(await used()).toBe(5_000);
  });

  it('keep what was charged for a call whose end is not known', async () => {
    const node = await redisNode(REDIS, 50);
    nodes.push(node);
    await node.counters.admit(lease(scope, 'killed', [claimed(700)]));
    node.abandon();
    while ((await used()) !== 700);
    const made = reconciler();
    for (let rounds = 0; rounds < 4; rounds++) expect(await round(made)).toEqual([]);
    expect(await used()).toBe(700);
  });

  it('count what calls under way hold', async () => {
    const node = await redisNode(REDIS);
    nodes.push(node);
    await node.counters.admit(lease(scope, 'under way', [claimed(700)]));
    // Its first attempt is in the ledger already.
    spent = [[0, 300]];
    expect(await round(reconciler())).toEqual([]);
    expect(await used()).toBe(0);
  });

  it('are corrected by one node', async () => {
    await call('one', 5_000);
    spent = [[0, 6_000]];
    const [first, second] = [reconciler(), reconciler()];
    expect(await round(first)).toHaveLength(1);
    await edit(5_000);
    expect(await round(second)).toEqual([]);
    expect(await round(first)).toHaveLength(1);
  });

  it('of a rolling period are raised by what surely counts', async () => {
    const rolling = budget({ id: 'bud_2', period: { kind: 'rolling', ms: 86_400_000 } });
    const node = await redisNode(REDIS);
    nodes.push(node);
    const { claim: own } = claimOfBudget(rolling, 100, windows, balances, clock.wallTime());
    const held = lease(scope, 'rolling', [own]);
    await node.counters.admit(held);
    node.counters.settle(held, [100]);
    await node.settled();
    const now = clock.wallTime();
    spent = [
      [now - 86_300_000, 5_000],
      [now - 3_600_000, 900],
    ];
    const made = new BudgetReconciler(new RedisCounterRepair(link), balances, windows, clock);
    made.watch(scope, rolling);
    expect(await round(made)).toMatchObject([{ budget: 'bud_2', difference: -800, corrected: true }]);
  });

  it('begin with the ledger when nobody has begun them', async () => {
    spent = [[0, 500]];
    expect(await round(reconciler())).toEqual([]);
    expect(await new RedisCounterRepair(link).standings(scope, [claim({ counter: 'none' })])).toEqual([undefined]);
  });

  it('end with the process', async () => {
    await call('one', 500);
    const made = reconciler();
    const drifts = made.round();
    made.stop();
    expect(await drifts).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
