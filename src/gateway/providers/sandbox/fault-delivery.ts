import { deliver, type Pace } from './answer-delivery.js';
import type { Exchange } from './exchange.js';
import type { FaultDialect } from './fault-dialect.js';
import { replacementFor } from './fault-replacement.js';
import type { TakenFaults } from './fault-script.js';
import { wireScript, type WireScript } from './fault-steps.js';
import type { PingsFault, SlowFault, SpoilingFault } from './sandbox-fault.js';
import type { UpstreamAnswer } from './upstream-answer.js';

const PING_EVERY_MS = 20;

async function ping(
  exchange: Exchange,
  text: string,
  { ms = Infinity, everyMs = PING_EVERY_MS }: PingsFault,
): Promise<void> {
  for (let spent = 0; spent < ms && !exchange.isOver; spent += everyMs) {
    await exchange.write(text);
    await exchange.wait(Math.min(everyMs, ms - spent));
  }
}

/** Headers, and everything that happens before the first byte of the answer itself. */
async function begin(
  exchange: Exchange,
  { status, headers }: UpstreamAnswer,
  faults: readonly SpoilingFault[],
  dialect: FaultDialect,
): Promise<void> {
  const slow = faults.find((fault): fault is SlowFault => fault.kind === 'slow');
  if (slow && slow.headers !== 'early') await exchange.wait(slow.ms);
  const compressed = faults.some((fault) => fault.kind === 'gzip');
  exchange.head(status, compressed ? [...headers, 'content-encoding', 'gzip'] : headers);
  if (slow?.headers === 'early') {
    exchange.response.flushHeaders();
    await exchange.wait(slow.ms);
  }
  const pings = faults.find((fault): fault is PingsFault => fault.kind === 'pings');
  if (pings) await ping(exchange, dialect.ping, pings);
}

async function perform(exchange: Exchange, { steps, end }: WireScript, paceMs: number): Promise<void> {
  for (const step of steps) {
    if (exchange.isOver) return;
    if (Buffer.isBuffer(step)) {
      await exchange.write(step);
      await exchange.wait(steps.length > 1 ? paceMs : 0);
    } else if (step.waitMs > 0) {
      exchange.response.flushHeaders();
      await exchange.wait(step.waitMs);
    } else {
      await exchange.turn();
    }
  }
  if (end === 'park') return exchange.wait();
  if (end === 'end') return exchange.end();
  // Without a turn the break would overtake the bytes that node still holds.
  exchange.response.flushHeaders();
  await exchange.turn();
  exchange.break(end);
}

/** Answers a request with the faults that it took from the script. */
export async function deliverFaulty(
  exchange: Exchange,
  taken: TakenFaults,
  answerOf: () => UpstreamAnswer,
  dialect: FaultDialect,
  pace: Pace,
): Promise<void> {
  const { replacing, spoiling } = taken;
  if (replacing) {
    if (replacing.kind === 'never') return exchange.wait();
    const { answer, raw, gapMs, end } = replacementFor(replacing, dialect);
    await begin(exchange, answer, spoiling, dialect);
    return perform(exchange, wireScript(answer, spoiling, dialect, raw && { pieces: raw, gapMs, end }), 0);
  }
  const answer = answerOf();
  // A request that the API refuses shows the refusal: a fault must not hide that it was wrong.
  if (answer.status !== 200) return deliver(exchange, answer, pace);
  await begin(exchange, answer, spoiling, dialect);
  return perform(exchange, wireScript(answer, spoiling, dialect), pace.paceMs);
}
