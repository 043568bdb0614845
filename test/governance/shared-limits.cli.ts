// Three gateways share a limit of 60 requests and one of 6,000 tokens in a window: callers get that much and no more, in
// every window, however they begin.
//
//   npm run build && node --import ./test/support/source-hooks.mjs test/governance/shared-limits.cli.ts [window] [windows]
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, Site } from './site.js';

const WINDOW = process.argv[2] ?? '10s';
const WINDOWS = Number(process.argv[3] ?? 3);
const WINDOW_MS = Number.parseInt(WINDOW, 10) * (WINDOW.endsWith('m') ? 60_000 : 1_000);
const REQUESTS = 60;
const TOKENS = 6_000;
const AT_ONCE = 5;
const GATEWAYS = 3;

/** The most that any stretch of the window's length holds. */
function most(events: ReadonlyArray<readonly [at: number, amount: number]>, ms: number): number {
  const sorted = events.toSorted(([one], [other]) => one - other);
  let highest = 0;
  let sum = 0;
  let from = 0;
  for (const [at, amount] of sorted) {
    sum += amount;
    for (let first = sorted[from]; first && first[0] <= at - ms; first = sorted[++from]) sum -= first[1];
    highest = Math.max(highest, sum);
  }
  return highest;
}

const site = await Site.start({ gateways: GATEWAYS });
try {
  const cases = [
    ['requests', REQUESTS, { max_tokens: 1 }],
    ['total_tokens', TOKENS, { max_tokens: 90 }],
  ] as const;
  for (const [metric, limit, body] of cases) {
    const { key } = await site.key({ name: metric, rate_limits: [{ metric, limit, window: WINDOW }] });
    const events: Array<readonly [number, number]> = [];
    const end = Date.now() + WINDOW_MS * WINDOWS;
    const begin = Date.now();
    const caller = async (index: number): Promise<void> => {
      while (Date.now() < end) {
        const sent = Date.now();
        const { status, headers, text } = await site.chat(index, key, body);
        if (status === 200) {
          const { usage } = JSON.parse(text) as { usage: { total_tokens: number } };
          // When the limit counted it is between these two; the middle is near enough.
          events.push([(sent + Date.now()) / 2, metric === 'requests' ? 1 : usage.total_tokens]);
        } else {
          await sleep(Math.max(5, Math.min(200, Number(headers['retry-after-ms'] ?? 50))));
        }
      }
    };
    await Promise.all(site.gateways.flatMap((_, index) => Array.from({ length: AT_ONCE }, () => caller(index))));
    // Measured at the callers, so a window that is shorter by what the way there and back takes.
    const highest = most(events, WINDOW_MS - 250);
    const total = events.reduce((sum, [, amount]) => sum + amount, 0);
    const elapsed = (Date.now() - begin) / WINDOW_MS;
    const share = total / (limit * WINDOWS);
    console.log({ metric, limit, total, windows: elapsed, highest, share });
    expect(`${metric}: no window holds more than the limit`, highest <= limit * 1.02);
    expect(`${metric}: callers get what the limit allows`, share >= 0.98);
  }
} finally {
  await site.close();
}
