import { parseWaitMs } from '../../../common/time/parse-wait.js';
import { exhaustedWaitMs, resetMs, statedWaitMs } from '../../../common/http/retry-after.js';
import type { UpstreamHeaders } from '../../../common/http/upstream-client.js';

type Limited = 'requests' | 'tokens';

/** Milliseconds to wait when a quota refusal does not say, and for a full queue, which clears in seconds (wire.md 1.8). */
const DEFAULT_WAIT_MS = 60_000;
const QUEUE_WAIT_MS = 1_000;
const NAME = /^x-ratelimit-(limit|remaining|reset)-(requests|tokens)(-minute|-hour|-day)?$/;

/**
 * The upstream's rate-limit headers for OpenAI clients: the originals, and the minute window under
 * OpenAI's names, its reset as a Go duration (`5.5s`, `1m26s`).
 */
export function mapRateLimitHeaders(headers: UpstreamHeaders): Record<string, string> {
  const mapped: Record<string, string> = {};
  for (const name in headers) {
    if (!name.startsWith('x-ratelimit-')) continue;
    const value = headers[name];
    const parts = NAME.exec(name);
    if (!parts || typeof value !== 'string') continue;
    mapped[name] = value;
    if (parts[3] === '-minute')
      mapped[`x-ratelimit-${parts[1]}-${parts[2]}`] = parts[1] === 'reset' ? goDuration(value) : value;
  }
  return mapped;
}

/** `retry-after` (whole seconds, rounded up) and `retry-after-ms` of a refusal: the upstream's own, else worked out. */
export function retryAfterHeaders(headers: UpstreamHeaders, kind: Limited | 'queue'): Record<string, string> {
  const mapped = mapRateLimitHeaders(headers);
  const ms = statedWaitMs(headers, Date.now()) ?? (kind === 'queue' ? QUEUE_WAIT_MS : derivedWait(headers, kind));
  return { ...mapped, ...waitHeaders(ms, headers) };
}

/** The same of a failure that is no quota's: nothing when the upstream states no wait. */
export function statedRetryAfter(headers: UpstreamHeaders): Record<string, string> {
  const ms = statedWaitMs(headers, Date.now());
  return ms === undefined ? {} : waitHeaders(ms, headers);
}

function waitHeaders(ms: number, headers: UpstreamHeaders): Record<string, string> {
  const stated = headers['retry-after'];
  const seconds =
    typeof stated === 'string' && /^\d+$/.test(stated) ? stated : String(Math.max(1, Math.ceil(ms / 1000)));
  return { 'retry-after': seconds, 'retry-after-ms': String(Math.round(ms)) };
}

/** The longest reset among the windows that are used up; else the minute window of what was refused. */
function derivedWait(headers: UpstreamHeaders, kind: Limited): number {
  const other = kind === 'tokens' ? 'requests' : 'tokens';
  const minute = () => resetMs(headers, `${kind}-minute`) ?? resetMs(headers, `${other}-minute`);
  return exhaustedWaitMs(headers) ?? minute() ?? DEFAULT_WAIT_MS;
}

function goDuration(value: string): string {
  const ms = parseWaitMs(value);
  if (ms === undefined) return value;
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = `${Math.round(ms % 60_000) / 1000}s`;
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}`;
}
