import type { Exchange } from './exchange.js';
import type { StreamEvent, UpstreamAnswer } from './upstream-answer.js';

/** How fast answers go out. */
export interface Pace {
  latencyMs: number;
  paceMs: number;
}

function written(frame: string | StreamEvent): string {
  if (typeof frame === 'string') return `data: ${frame}\n\n`;
  return frame.event === undefined ? `data: ${frame.data}\n\n` : `event: ${frame.event}\ndata: ${frame.data}\n\n`;
}

async function deliverFrames(exchange: Exchange, answer: UpstreamAnswer, paceMs: number): Promise<void> {
  const { frames = [], endMark } = answer;
  const end = endMark === undefined ? '' : written(endMark);
  if (paceMs === 0) {
    let all = '';
    for (const frame of frames) all += written(frame);
    exchange.end(all + end);
    return;
  }
  for (const frame of frames) {
    if (exchange.isOver) return;
    await exchange.write(written(frame));
    await exchange.wait(paceMs);
  }
  exchange.end(end);
}

/** Sends an answer that no fault spoils. */
export async function deliver(exchange: Exchange, answer: UpstreamAnswer, pace: Pace): Promise<void> {
  const isSlow = answer.ticks > 0;
  if (isSlow && pace.latencyMs > 0) await exchange.wait(pace.latencyMs);
  if (answer.frames) {
    exchange.head(answer.status, answer.headers);
    return deliverFrames(exchange, answer, pace.paceMs);
  }
  // A whole answer takes as long as the same answer in frames.
  if (isSlow && pace.paceMs > 0) await exchange.wait(pace.paceMs * answer.ticks);
  exchange.head(answer.status, answer.headers);
  exchange.end(answer.body);
}
