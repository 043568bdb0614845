import { parseWaitMs } from '../time/parse-wait.js';

const UNITS = ['requests', 'tokens'] as const;
const KINDS = ['limit', 'remaining', 'reset'] as const;

/**
 * The rate-limit headers of OpenAI's names under Anthropic's, `reset` as a time of day; empty where there are none, or
 * where the upstream has said it in Anthropic's own. `now` is the wall clock in milliseconds.
 */
export function anthropicLimits(headers: Readonly<Record<string, string>>, now: number): Record<string, string> {
  const limits: Record<string, string> = {};
  for (const unit of UNITS) {
    for (const kind of KINDS) {
      const name = `anthropic-ratelimit-${unit}-${kind}`;
      const value = headers[`x-ratelimit-${kind}-${unit}`];
      if (value === undefined || headers[name] !== undefined) continue;
      const shown = kind === 'reset' ? timeAfter(value, now) : value;
      if (shown !== undefined) limits[name] = shown;
    }
  }
  return limits;
}

/** RFC 3339 in whole seconds, rounded up so that nobody comes too early. */
function timeAfter(wait: string, now: number): string | undefined {
  const ms = parseWaitMs(wait);
  if (ms === undefined) return undefined;
  return new Date(Math.ceil((now + ms) / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
