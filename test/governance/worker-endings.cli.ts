// How a gateway with several workers ends: asked to under load, without a failed request; without its supervisor, with
// nothing left behind; and when it cannot even start, with its reason said once.
//
//   npm run build && node --import ./test/support/source-hooks.mjs test/governance/worker-endings.cli.ts
import { once } from 'node:events';
import { Agent } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, Site, until } from './site.js';

const WORKERS = 2;
const AT_ONCE = 8;
const STREAMS = 6;
/** A load balancer needs a moment to see that readiness is off. */
const PRESTOP_MS = 1_000;
const LOOK_MS = 100;
const STREAM = { max_tokens: 60, stream: true, stream_options: { include_usage: true } };

const site = await Site.start({
  gateways: 1,
  workers: WORKERS,
  engine: 'sqlite',
  env: { ASBRU_PRESTOP_MS: String(PRESTOP_MS), ASBRU_DRAIN_MS: '20000' },
});
const { key } = await site.key({ name: 'load', budgets: [{ amount_usd: '1000', period: 'month' }] });

/** A stream on a connection of its own, and whether it came whole. */
const stream = (): Promise<boolean> =>
  site.chat(0, key, STREAM, {}, new Agent()).then(
    ({ text }) => text.trimEnd().endsWith('data: [DONE]'),
    () => false,
  );
const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

try {
  site.upstream.delayMs = 20;
  site.upstream.paceMs = 20;

  const gateway = site.gateways[0]?.process;
  if (!gateway) throw new Error('There is no gateway');
  const failures: string[] = [];
  let sent = 0;
  // As a load balancer does, callers send as long as the gateway says that it is ready.
  const balancer = { isReady: true };
  const looks = (async () => {
    while (balancer.isReady) {
      await sleep(LOOK_MS);
      balancer.isReady = (await site.get(0, '/health/ready').catch(() => undefined))?.status === 200;
    }
  })();
  const caller = async (agent: Agent): Promise<void> => {
    while (balancer.isReady) {
      sent++;
      const answer = await site.chat(0, key, {}, {}, agent).catch((error: unknown) => ({ status: String(error) }));
      if (answer.status !== 200) failures.push(String(answer.status));
    }
  };
  const callers = Array.from({ length: AT_ONCE }, () => caller(new Agent({ keepAlive: true })));
  await sleep(500);
  const pids = site.workersOf(0);
  const streams = Array.from({ length: STREAMS }, () => stream());
  await until('the streams', () => site.upstream.served.filter(({ isWhole }) => !isWhole).length >= STREAMS);
  gateway.kill('SIGTERM');
  const exit = once(gateway, 'exit');
  await Promise.all([looks, ...callers]);
  await exit;
  const status = gateway.exitCode;
  const whole = (await Promise.all(streams)).filter(Boolean).length;
  console.log({ sent, failures, whole, status });
  expect('no request fails while all workers leave', failures.length === 0 && sent > AT_ONCE);
  expect('open streams come whole', whole === STREAMS);
  expect('the gateway ends with 0, after its workers', status === 0 && pids.every(isGone));
  const rows = () => Number(site.rowsNow<{ n: number }>('select count(*) as n from usage_records')[0]?.n);
  console.log({ rows: rows(), upstream: site.upstream.served.length });
  expect('the ledger has every call when they are gone', rows() === site.upstream.served.length);

  await site.startGateway(0);
  // Longer than another gateway waits for the first one's end.
  site.upstream.paceMs = 100;
  const orphans = site.workersOf(0);
  const held = Array.from({ length: STREAMS }, () => stream());
  await until('the streams', () => site.upstream.served.filter(({ isWhole }) => !isWhole).length >= STREAMS);
  await site.killGateway(0);
  const second = await site.tryGateway(0, {});
  expect(
    'while workers without a supervisor have calls under way, no other gateway counts beside them',
    second.status === 1 && second.words.includes('another process uses the same database'),
  );
  const kept = (await Promise.all(held)).filter(Boolean).length;
  expect('streams outlive the supervisor', kept === STREAMS);
  await until('the end of the workers', () => orphans.every(isGone), 5_000);
  expect('no worker is left behind', orphans.every(isGone));

  const taken = createServer().listen(site.gateways[0]?.port, '127.0.0.1');
  await once(taken, 'listening');
  const failed = await site.tryGateway(0, {});
  taken.close();
  console.log(failed);
  expect('a port that is taken is told once', failed.status === 1 && failed.words.match(/in use/g)?.length === 1);
  const wrong = await site.tryGateway(0, { ASBRU_WORKERS: 'many' });
  expect(
    'so is a wrong setting',
    wrong.status === 1 && wrong.words.match(/ASBRU_WORKERS/g)?.length === wrong.words.match(/'many'/g)?.length,
  );
} finally {
  await site.close();
}
