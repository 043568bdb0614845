import type { UpstreamHeaders } from '../../../common/http/upstream-client.js';
import { statedRetryAfter } from '../openai-compatible/rate-limit-headers.js';

const NAME = /^anthropic-ratelimit-(requests|tokens|input-tokens|output-tokens)-(limit|remaining|reset)$/;
/** Milliseconds to wait when a refusal says nothing. */
const DEFAULT_WAIT_MS = 60_000;

/** Anthropic's rate-limit headers as they came, for callers who speak its dialect. */
export function ownLimits(headers: UpstreamHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (NAME.test(name) && typeof value === 'string') kept[name] = value;
  }
  return kept;
}

/** The same under OpenAI's names, which have requests and tokens alone; `reset` is the time that is left, as `12s`. */
export function openAiLimits(headers: UpstreamHeaders, now: number): Record<string, string> {
  const mapped: Record<string, string> = {};
  for (const name in headers) {
    const [, unit, kind] = NAME.exec(name) ?? [];
    const value = headers[name];
    if ((unit !== 'requests' && unit !== 'tokens') || typeof value !== 'string') continue;
    const shown = kind === 'reset' ? waitUntil(value, now) : value;
    if (shown !== undefined) mapped[`x-ratelimit-${kind}-${unit}`] = typeof shown === 'number' ? seconds(shown) : shown;
  }
  return mapped;
}

const seconds = (ms: number): string => `${Math.ceil(ms / 1000)}s`;

/** `retry-after` and `retry-after-ms` of a refusal: what it says, else the longest reset of what is used up. */
export function limitWaitHeaders(headers: UpstreamHeaders, now = Date.now()): Record<string, string> {
  const stated = statedRetryAfter(headers);
  const limits = openAiLimits(headers, now);
  if (stated['retry-after'] !== undefined) return { ...limits, ...stated };
  const ms = exhaustedMs(headers, now) ?? DEFAULT_WAIT_MS;
  return {
    ...limits,
    'retry-after': String(Math.max(1, Math.ceil(ms / 1000))),
    'retry-after-ms': String(Math.round(ms)),
  };
}

function exhaustedMs(headers: UpstreamHeaders, now: number): number | undefined {
  let longest: number | undefined;
  for (const name in headers) {
    const [, unit, kind] = NAME.exec(name) ?? [];
    if (kind !== 'remaining' || headers[name] !== '0') continue;
    const reset = headers[`anthropic-ratelimit-${unit}-reset`];
    const ms = typeof reset === 'string' ? waitUntil(reset, now) : undefined;
    if (ms !== undefined) longest = Math.max(longest ?? 0, ms);
  }
  return longest;
}

/** Milliseconds until an RFC 3339 time. */
function waitUntil(time: string, now: number): number | undefined {
  const at = Date.parse(time);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
