// One gateway with several workers on SQLite: what one of them learns all know, and one that is killed under load takes
// nothing with it but its own answers.
//
//   npm run build && node --import ./test/support/source-hooks.mjs test/governance/workers.cli.ts
import { mkdtempSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, Site, until, Upstream } from './site.js';

const WORKERS = 3;
/** Calls on connections of their own, which the workers take in turn: several for each. */
const ROUND = WORKERS * 4;
const FAILURES = 5;
const OPEN_MS = 500;
/** Timers and clocks of two sides are not exact. */
const SLACK_MS = 50;
const AT_ONCE = 12;
const STREAMS = WORKERS * 4;
/** A new connection for each call. */
const FRESH = new Agent({ keepAlive: false });

const dead = await Upstream.start();
dead.status = 503;
const breaker = { consecutive_failures: FAILURES };
const provider = (url: string, openMs: number): object => ({
  type: 'cerebras',
  base_url: url,
  keys: [{ name: 'main', value: 'csk-test' }],
  retries: { max: 0 },
  breaker: { ...breaker, open_ms: openMs },
});
const providers = {
  cerebras: provider('${CEREBRAS_BASE_URL}', OPEN_MS),
  dead: provider(dead.url, 60_000),
  sick: provider(dead.url, OPEN_MS),
};
const config = join(mkdtempSync(join(tmpdir(), 'asbru-workers-')), 'asbru.yaml');
writeFileSync(config, JSON.stringify({ version: 1, providers }));

const site = await Site.start({
  gateways: 1,
  workers: WORKERS,
  engine: 'sqlite',
  env: { ASBRU_CONFIG: config },
});
const fresh = (key: string, body: object = {}) => site.chat(0, key, body, {}, FRESH);
const round = (key: string, body: object = {}, calls = ROUND): Promise<number[]> =>
  Promise.all(Array.from({ length: calls }, async () => (await fresh(key, body)).status));

try {
  const budgets = [{ amount_usd: '1000', period: 'month' }];
  const { key } = await site.key({ name: 'load', budgets, scopes: ['inference', 'routing'] });

  const gone = await site.key({ name: 'revoked' });
  expect(
    'every worker knows a new key',
    (await round(gone.key)).every((status) => status === 200),
  );
  await site.admin('POST', `/virtual-keys/${gone.id}/revoke`);
  const revokedAt = performance.now();
  await until('the end of a revoked key', async () => (await round(gone.key)).every((status) => status === 401), 2_000);
  console.log({ revokedEverywhereAfterMs: Math.round(performance.now() - revokedAt) });

  // The workers tell each other, which takes as long as they are busy; asking so sends nothing upstream.
  const openEverywhere = (model: string): Promise<void> =>
    until(`an open breaker in all workers for ${model}`, async () => {
      const path = `/v1/routing/explain?model=${encodeURIComponent(model)}`;
      const asked = Array.from({ length: ROUND }, () => site.get(0, path, { authorization: `Bearer ${key}` }, FRESH));
      return (await Promise.all(asked)).every(({ text }) => /"state":"(half-)?open"/.test(text));
    });

  for (let failure = 0; failure < FAILURES; failure++) await fresh(key, { model: 'dead/gpt-oss-120b' });
  await openEverywhere('dead/gpt-oss-120b');
  const opened = dead.served.length;
  const refused = await round(key, { model: 'dead/gpt-oss-120b' });
  console.log({ failuresUntilOpen: opened, refused });
  expect('failures of all workers open one breaker', opened === FAILURES);
  expect('it is open in all workers', dead.served.length === opened && refused.every((status) => status === 503));

  const before = dead.served.length;
  for (let failure = 0; failure < FAILURES; failure++) await fresh(key, { model: 'sick/gpt-oss-120b' });
  await openEverywhere('sick/gpt-oss-120b');
  const from = performance.now();
  while (performance.now() - from < OPEN_MS * 3.5) await round(key, { model: 'sick/gpt-oss-120b' }, WORKERS * 2);
  const times = dead.served.slice(before + FAILURES - 1).map(({ at }) => at);
  const gaps = times.slice(1).map((at, index) => Math.round(at - (times[index] ?? 0)));
  console.log({ gapsBetweenProbes: gaps });
  expect(
    'the workers together send one probe for each interval',
    gaps.length >= 2 && gaps.every((gap) => gap >= OPEN_MS - SLACK_MS),
  );

  const second = await site.tryGateway(0, { PORT: '0' });
  expect(
    'a second gateway on the same database refuses to start, and says so once',
    second.status === 1 && second.words.match(/another process uses the same database/g)?.length === 1,
  );

  site.upstream.served.length = 0;
  site.upstream.delayMs = 30;
  site.upstream.paceMs = 20;
  const answered = new Set<string>();
  const load = { goesOn: true };
  let sent = 0;
  const caller = async (): Promise<void> => {
    while (load.goesOn) {
      const name = `call-${sent++}`;
      const status = await fresh(key, { user: name }).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) answered.add(name);
    }
  };
  const body = { stream: true, stream_options: { include_usage: true } };
  const streams = Array.from({ length: STREAMS }, async (_, index) => {
    const name = `stream-${index}`;
    const { text } = await site.chat(0, key, body, { 'x-request-id': name }, FRESH).catch(() => ({ text: '' }));
    return { name, isWhole: text.trimEnd().endsWith('data: [DONE]') };
  });
  await until('the streams', () => site.upstream.served.length >= STREAMS);
  const callers = Array.from({ length: AT_ONCE }, () => caller());
  await sleep(500);
  const [victim = 0] = site.workersOf(0);
  process.kill(victim, 'SIGKILL');
  await until('another worker', () => site.workersOf(0).length === WORKERS && !site.workersOf(0).includes(victim));
  const ended = await Promise.all(streams);
  await site.allWorkers(0);
  load.goesOn = false;
  await Promise.all(callers);
  console.log({ sent, answered: answered.size, upstream: site.upstream.served.length });
  expect('other callers went on', answered.size > sent * 0.8);

  interface Row {
    client_request_id: string | null;
    outcome: string;
    n: number;
  }
  const count = async (): Promise<number> =>
    Number((await site.rows<Row>("select count(*) as n from usage_records where provider = 'cerebras'"))[0]?.n);
  const standing = async () =>
    (JSON.parse((await site.keyOf(0, key)).text) as { budgets: Array<{ spent_usd: string; held_usd: string }> })
      .budgets[0];
  await until('the end of what is held', async () => Number((await standing())?.held_usd) === 0);
  // The calls of the first round, of the revoked key, are in the ledger too.
  await until('the whole ledger', async () => (await count()) >= site.upstream.served.length + ROUND);
  const outcomes = new Map(
    (
      await site.rows<{ name: string; outcome: string }>(
        "select client_request_id as name, outcome from usage_records where client_request_id like 'stream-%'",
      )
    ).map(({ name, outcome }) => [name, outcome]),
  );
  console.log({ streams: ended.map(({ name, isWhole }) => `${outcomes.get(name)} ${isWhole ? 'whole' : 'cut'}`) });
  expect(
    'the streams of the killed worker are cut and told as orphaned, those of the others come whole',
    new Set(outcomes.values()).size === 2 &&
      ended.every(({ name, isWhole }) => outcomes.get(name) === (isWhole ? 'ok' : 'orphaned')),
  );
  const [sums] = await site.rows<{ rows: number; ids: number; cost: number; balances: number; orphaned: number }>(
    `select count(*) as rows, count(distinct id) as ids, sum(cost) as cost, sum(outcome = 'orphaned') as orphaned,
            (select sum(spent) from budget_balances) as balances
     from usage_records where virtual_key_id = (select id from virtual_keys where name = 'load')`,
  );
  const spent = Math.round(Number((await standing())?.spent_usd) * 1e6);
  console.log({ ...sums, spent });
  expect('no row is there twice', sums?.rows === sums?.ids);
  expect('the budget has spent what the rows say', sums?.cost === sums?.balances);
  expect(
    'the counters differ from the ledger by the calls of the killed worker at most',
    Math.abs(spent - (sums?.cost ?? 0)) <= (AT_ONCE + STREAMS) * 80,
  );
  const scraped = (await site.get(0, '/metrics')).text;
  expect('the scrape tells of the restart', /^asbru_worker_restarts_total 1$/m.test(scraped));
} finally {
  await site.close();
  dead.close();
}
