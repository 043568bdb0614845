import { parseWaitMs } from '../../../common/time/parse-wait.js';
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
  const ms = statedWait(headers) ?? (kind === 'queue' ? QUEUE_WAIT_MS : derivedWait(headers, kind));
  return { ...mapped, ...waitHeaders(ms, headers) };
}

/** The same of a failure that is no quota's: nothing when the upstream states no wait. */
export function statedRetryAfter(headers: UpstreamHeaders): Record<string, string> {
  const ms = statedWait(headers);
  return ms === undefined ? {} : waitHeaders(ms, headers);
}

function waitHeaders(ms: number, headers: UpstreamHeaders): Record<string, string> {
  const stated = headers['retry-after'];
  const seconds =
    typeof stated === 'string' && /^\d+$/.test(stated) ? stated : String(Math.max(1, Math.ceil(ms / 1000)));
  return { 'retry-after': seconds, 'retry-after-ms': String(Math.round(ms)) };
}

/** What the upstream states: `retry-after-ms`, or `retry-after` in seconds or as an HTTP date. */
function statedWait(headers: UpstreamHeaders): number | undefined {
  const ms = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (ms >= 0) return ms;
  const stated = headers['retry-after'];
  if (typeof stated !== 'string') return undefined;
  const seconds = Number(stated);
  if (seconds >= 0) return seconds * 1000;
  const date = Date.parse(stated);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** The longest reset among the windows that are used up; else the minute window of what was refused. */
function derivedWait(headers: UpstreamHeaders, kind: Limited): number {
  const other = kind === 'tokens' ? 'requests' : 'tokens';
  const exhausted = WINDOWS.map((window) => exhaustedFor(headers, window)).filter((wait) => wait !== undefined);
  if (exhausted.length > 0) return Math.max(...exhausted);
  const minute = [kind, other].map((unit) => parseWait(headers[`x-ratelimit-reset-${unit}-minute`]));
  return minute.find((wait) => wait !== undefined) ?? DEFAULT_WAIT_MS;
}

const WINDOWS = ['requests', 'tokens'].flatMap((unit) =>
  ['minute', 'hour', 'day'].map((window) => `${unit}-${window}`),
);

/** Milliseconds until a window has room again; undefined while it has. */
function exhaustedFor(headers: UpstreamHeaders, window: string): number | undefined {
  const remaining = headers[`x-ratelimit-remaining-${window}`];
  return remaining !== undefined && Number(remaining) <= 0
    ? parseWait(headers[`x-ratelimit-reset-${window}`])
    : undefined;
}

function parseWait(value: string | string[] | undefined): number | undefined {
  return typeof value === 'string' ? parseWaitMs(value) : undefined;
}

function goDuration(value: string): string {
  const ms = parseWait(value);
  if (ms === undefined) return value;
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = `${Math.round(ms % 60_000) / 1000}s`;
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}`;
}
