// Takes Redis and PostgreSQL away, slows them down and lets them fall silent, each under load: keys go on by their own
// policy, no valid key is told that it is wrong, all is well again within ten seconds, and the ledger is complete.
//
//   npm run build && node --import ./test/support/source-hooks.mjs test/governance/outages.cli.ts [seconds]
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, Site, until, type Wire } from './site.js';

const OUTAGE_MS = Number(process.argv[2] ?? 20) * 1_000;
const RECOVERY_MS = 10_000;
const AT_ONCE = 4;

/** The code of a refusal. */
function codeOf(text: string): string {
  return (JSON.parse(text) as { error: { code: string } }).error.code;
}

const site = await Site.start({ gateways: 2, wired: true });
try {
  site.upstream.delayMs = 10;
  const hard = await site.key({ name: 'hard', budgets: [{ amount_usd: '1000', period: 'month' }] });
  const soft = await site.key({ name: 'soft', rate_limits: [{ metric: 'requests', limit: 100_000, window: '1m' }] });
  let statuses = new Map<string, number>();
  const load = { goesOn: true };
  let answered = 0;
  const caller = async (index: number, name: string, key: string): Promise<void> => {
    while (load.goesOn) {
      const { status, text } = await site.chat(index, key);
      if (status === 200) answered++;
      const seen = `${name} ${status}${status === 200 ? '' : ` ${codeOf(text)}`}`;
      statuses.set(seen, (statuses.get(seen) ?? 0) + 1);
      await sleep(5);
    }
  };
  const callers = site.gateways.flatMap((_, index) =>
    Array.from({ length: AT_ONCE }, () => [caller(index, 'hard', hard.key), caller(index, 'soft', soft.key)]).flat(),
  );
  const both200 = async (): Promise<boolean> => {
    const answers = await Promise.all(
      site.gateways.flatMap((_, index) => [site.chat(index, hard.key), site.chat(index, soft.key)]),
    );
    answered += answers.filter(({ status }) => status === 200).length;
    return answers.every(({ status }) => status === 200);
  };
  const outage = async (what: string, begin: () => unknown, end: () => unknown, allowed: RegExp): Promise<void> => {
    statuses = new Map();
    await begin();
    await sleep(OUTAGE_MS);
    const forged = await site.chat(0, 'sk-asbru-aaaaaaaa0000000000000000000000000000000000000000');
    const during = statuses;
    await end();
    const from = Date.now();
    await until(`recovery from ${what}`, both200, RECOVERY_MS * 3);
    const recovered = Date.now() - from;
    console.log(what, Object.fromEntries(during), { recovered, forged: forged.status });
    expect(`${what}: recovery within ${RECOVERY_MS} ms`, recovered <= RECOVERY_MS);
    expect(
      `${what}: a valid key is never told that it is wrong`,
      ![...during.keys()].some((seen) => /40[13]/.test(seen)),
    );
    expect(
      `${what}: keys obey their policy`,
      [...during.keys()].every((seen) => allowed.test(seen)),
    );
    expect(`${what}: keys that may go on do`, (during.get('soft 200') ?? 0) > 0);
    await sleep(1_000);
  };
  const wires: Array<[string, Wire | undefined, RegExp]> = [
    ['Redis', site.redis, /^(hard (200|503 limiter_unavailable)|soft 200)$/],
    ['PostgreSQL', site.database, /^(hard|soft) 200$/],
  ];
  for (const [name, wire, allowed] of wires) {
    if (!wire) throw new Error(`There is nothing before ${name}`);
    await outage(
      `${name} slow`,
      () => (wire.mode = 'slow'),
      () => (wire.mode = 'open'),
      allowed,
    );
    await outage(
      `${name} silent`,
      () => (wire.mode = 'half-open'),
      () => ((wire.mode = 'open'), wire.reset()),
      allowed,
    );
    await outage(
      `${name} gone`,
      () => wire.cut(),
      () => (wire.mode = 'open'),
      allowed,
    );
  }
  await outage(
    'Redis killed and empty',
    () => site.killRedis(),
    () => site.startRedis(),
    /^(hard (200|503 limiter_unavailable)|soft 200)$/,
  );
  load.goesOn = false;
  await Promise.all(callers);
  const rows = async (): Promise<number> =>
    Number((await site.rows<{ n: string }>(`select count(*) as n from usage_records where outcome = 'ok'`))[0]?.n);
  await until('the whole ledger', async () => (await rows()) >= answered, 60_000);
  console.log({ answered, rows: await rows(), upstream: site.upstream.served.length });
  expect('the ledger has every answer, once', (await rows()) === answered && answered === site.upstream.served.length);
} finally {
  await site.close();
}
