import type { Exchange } from './exchange.js';
import type { UpstreamAnswer } from './upstream-answer.js';

/** How fast answers go out. */
export interface Pace {
  latencyMs: number;
  paceMs: number;
}

const DONE = 'data: [DONE]\n\n';

async function deliverFrames(exchange: Exchange, frames: readonly string[], paceMs: number): Promise<void> {
  if (paceMs === 0) {
    exchange.end(`data: ${frames.join('\n\ndata: ')}\n\n${DONE}`);
    return;
  }
  for (const frame of frames) {
    if (exchange.isOver) return;
    await exchange.write(`data: ${frame}\n\n`);
    await exchange.wait(paceMs);
  }
  exchange.end(DONE);
}

/** Sends an answer that no fault spoils. */
export async function deliver(exchange: Exchange, answer: UpstreamAnswer, pace: Pace): Promise<void> {
  const isSlow = answer.ticks > 0;
  if (isSlow && pace.latencyMs > 0) await exchange.wait(pace.latencyMs);
  if (answer.frames) {
    exchange.head(answer.status, answer.headers);
    return deliverFrames(exchange, answer.frames, pace.paceMs);
  }
  // A whole answer takes as long as the same answer in frames.
  if (isSlow && pace.paceMs > 0) await exchange.wait(pace.paceMs * answer.ticks);
  exchange.head(answer.status, answer.headers);
  exchange.end(answer.body);
}
