// Kills gateways at seeded moments under load, starts them again, and compares the ledger with the upstream's own books:
// nothing is lost, nothing is there twice, nothing stays held.
//
//   npm run build && node --import ./test/support/source-hooks.mjs test/governance/kills.cli.ts [kills] [seed]
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, Site, until } from './site.js';

const KILLS = Number(process.argv[2] ?? 200);
const SEED = Number(process.argv[3] ?? 7);
const GATEWAYS = 2;
const AT_ONCE = 8;
/** What one call is held for, in micro-dollars. */
const HIGHEST = 80;

interface Row {
  id: string;
  client_request_id: string | null;
  outcome: string;
  /** PostgreSQL's driver gives large integers as text. */
  input_tokens: string;
  output_tokens: number;
  cost: string;
}

/** Numbers that are the same in each run. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

const random = seeded(SEED);
const site = await Site.start({ gateways: GATEWAYS });
try {
  site.upstream.delayMs = 30;
  const { key } = await site.key({ name: 'kills', budgets: [{ amount_usd: '1000', period: 'month' }] });
  const answered = new Set<string>();
  const load = { goesOn: true };
  let sent = 0;
  const caller = async (index: number): Promise<void> => {
    while (load.goesOn) {
      const name = `call-${String(sent++).padStart(8, '0')}`;
      try {
        const { status } = await site.chat(index, key, { user: name }, { 'x-request-id': name });
        if (status === 200) answered.add(name);
        else await sleep(20);
      } catch {
        // The gateway was killed: what became of the call is for its ledger to say.
        await sleep(20);
      }
    }
  };
  const callers = site.gateways.flatMap((_, index) => Array.from({ length: AT_ONCE }, () => caller(index)));
  const begun = Date.now();
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(20 + random() * 180);
    const index = kill % GATEWAYS;
    await site.killGateway(index);
    await site.startGateway(index);
  }
  load.goesOn = false;
  await Promise.all(callers);
  console.log({
    kills: KILLS,
    seconds: Math.round((Date.now() - begun) / 1000),
    sent,
    answered: answered.size,
    upstream: site.upstream.served.length,
  });

  const count = async (): Promise<number> =>
    Number((await site.rows<{ n: string }>('select count(*) as n from usage_records'))[0]?.n);
  let last = -1;
  await until(
    'the end of shipping',
    async () => {
      const now = await count();
      const isSame = now === last && now >= answered.size;
      last = now;
      if (!isSame) await sleep(1_500);
      return isSame;
    },
    120_000,
  );
  const rows = await site.rows<Row>(
    'select id, client_request_id, outcome, input_tokens, output_tokens, cost from usage_records',
  );
  const byName = Map.groupBy(rows, (row) => row.client_request_id ?? '');
  const served = Map.groupBy(site.upstream.served, ({ name }) => name);
  const orphaned = rows.filter(({ outcome }) => outcome === 'orphaned').length;
  console.log({ rows: rows.length, orphaned });
  expect('no row is there twice', new Set(rows.map(({ id }) => id)).size === rows.length);
  expect(
    'every request of the upstream has its row',
    [...served].every(([name, all]) => (byName.get(name)?.length ?? 0) >= all.length),
  );
  expect(
    'a row that no request of the upstream has says so itself',
    [...byName].every(
      ([name, all]) => all.filter(({ outcome }) => outcome === 'ok').length <= (served.get(name)?.length ?? 0),
    ),
  );
  const wrong = [...answered].filter((name) => {
    const row = byName.get(name)?.find(({ outcome }) => outcome === 'ok');
    const truth = served.get(name)?.find(({ outputTokens }) => outputTokens === Number(row?.output_tokens));
    return row === undefined || truth === undefined || Number(row.input_tokens) !== truth.inputTokens;
  });
  expect('every answer that a caller got is billed as the upstream counted it', wrong.length === 0);
  for (const name of wrong.slice(0, 10)) console.log(name, byName.get(name), served.get(name));
  const [sums] = await site.rows<{ rows: string; balances: string }>(
    'select (select sum(cost) from usage_records) as rows, (select sum(spent) from budget_balances) as balances',
  );
  expect('the budget has spent what the rows say', sums?.rows === sums?.balances);
  const standing = async () =>
    (JSON.parse((await site.keyOf(0, key)).text) as { budgets: Array<{ spent_usd: string; held_usd: string }> })
      .budgets[0];
  await until('the end of what is held', async () => Number((await standing())?.held_usd) === 0, 150_000);
  const spent = Math.round(Number((await standing())?.spent_usd) * 1e6);
  const [parts] = await site.rows<object>(
    "select sum(cost) filter (where outcome = 'orphaned') as orphaned, sum(cost) filter (where outcome = 'ok') as ok, sum(cost) filter (where outcome not in ('ok', 'orphaned')) as others from usage_records",
  );
  console.log({ spent, rows: Number(sums?.rows), parts });
  // A call that was let in and killed before it was sent is held, then charged, and has no row: the ledger is the truth.
  const most = KILLS * AT_ONCE * HIGHEST;
  expect(
    'the counters differ from the ledger by calls that were under way at most',
    Math.abs(spent - Number(sums?.rows)) <= most,
  );
} finally {
  await site.close();
}
