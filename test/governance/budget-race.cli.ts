// Many callers at once on one hard budget that is nearly empty: what is spent and held is never above it, and in the end
// it is used up to within one request.
//
//   npm run build && node --import ./test/support/source-hooks.mjs test/governance/budget-race.cli.ts [sqlite]
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, Site, until } from './site.js';

const onSqlite = process.argv[2] === 'sqlite';
const GATEWAYS = onSqlite ? 1 : 4;
/** Without Redis the workers of one gateway count together, and there is no second one. */
const WORKERS = onSqlite ? 4 : 1;
const AT_ONCE = onSqlite ? 400 : 100;
/** In micro-dollars: about 150 of the requests below. */
const BUDGET = 10_000;

interface Shown {
  budgets: Array<{ spent_usd: string; held_usd: string }>;
}

const micros = (dollars: string): number => Math.round(Number(dollars) * 1e6);

const site = await Site.start({
  gateways: GATEWAYS,
  workers: WORKERS,
  engine: onSqlite ? 'sqlite' : 'postgresql',
});
try {
  site.upstream.delayMs = 20;
  const { key, id } = await site.key({ name: 'race', budgets: [{ amount_usd: '0.010000', period: 'prepaid' }] });
  let highest = 0;
  let samples = 0;
  const load = { goesOn: true };
  const sampler = async (index: number): Promise<void> => {
    while (load.goesOn) {
      const { budgets } = JSON.parse((await site.keyOf(index, key)).text) as Shown;
      const [budget] = budgets;
      if (budget) highest = Math.max(highest, micros(budget.spent_usd) + micros(budget.held_usd));
      samples++;
      await sleep(10);
    }
  };
  const statuses = new Map<number, number>();
  const caller = async (index: number): Promise<void> => {
    for (;;) {
      const { status } = await site.chat(index, key);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status !== 200) return;
    }
  };
  const samplers = site.gateways.map((_, index) => sampler(index));
  await Promise.all(site.gateways.flatMap((_, index) => Array.from({ length: AT_ONCE }, () => caller(index))));
  // The first refusals came while others still held: what they did not use is free again.
  for (let more = 0; more < 50; more++) await caller(more % GATEWAYS);
  load.goesOn = false;
  await Promise.all(samplers);
  const { budgets } = JSON.parse((await site.keyOf(0, key)).text) as Shown;
  const spent = micros(budgets[0]?.spent_usd ?? '0');
  console.log({
    statuses: Object.fromEntries(statuses),
    samples,
    highest,
    spent,
    limit: BUDGET,
    upstream: site.upstream.served.length,
  });
  expect('spent and held together are never above the budget', highest <= BUDGET);
  expect('it is spent to within one request', spent <= BUDGET && spent > BUDGET - 200);
  expect('nothing is held in the end', micros(budgets[0]?.held_usd ?? '1') === 0);
  expect(
    'callers saw 200 and 402, and nothing else',
    [...statuses.keys()].every((status) => status === 200 || status === 402),
  );
  expect(
    'every request that was let through reached the upstream once',
    site.upstream.served.length === statuses.get(200),
  );
  const usage = async (): Promise<number> => {
    const path = `/usage?virtual_key=${id}&group_by=virtual_key`;
    const { data } = await site.admin<{ data: Array<{ cost_micros: number }> }>('GET', path);
    return data[0]?.cost_micros ?? 0;
  };
  await until('the whole ledger', async () => (await usage()) === spent);
  expect('the ledger says the same', (await usage()) === spent);
} finally {
  await site.close();
}
