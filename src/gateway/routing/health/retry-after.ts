import { parseWaitMs } from '../../../common/time/parse-wait.js';

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What ran out: Cerebras says it in a refusal's `param` and `code` (wire.md 1.7). */
export type RefusalKind = 'requests' | 'tokens' | 'queue';

/** When a quota refusal does not say, and for a full queue, which clears in seconds (wire.md 1.8). */
const DEFAULT_WAIT_MS = 60_000;
const QUEUE_WAIT_MS = 1_000;
/** OpenAI's names have no window, Cerebras' have one. */
const WINDOWS = ['', '-minute', '-hour', '-day'] as const;
const UNITS = ['requests', 'tokens'] as const;

/**
 * How long to leave a key and model alone after a refusal: what the upstream states, else the reset of the windows
 * that are used up, else by kind what is known to be usual. Undefined without a kind and a statement.
 */
export function refusalWaitMs(headers: AnswerHeaders, wallTime: number, kind?: RefusalKind): number | undefined {
  const known = statedWaitMs(headers, wallTime) ?? exhaustedWaitMs(headers);
  if (known !== undefined || kind === undefined) return known;
  if (kind === 'queue') return QUEUE_WAIT_MS;
  return resetMs(headers, `${kind}-minute`) ?? resetMs(headers, kind) ?? DEFAULT_WAIT_MS;
}

/** `retry-after-ms`, or `retry-after` in seconds or as an HTTP date (RFC 9110, 10.2.3). */
export function statedWaitMs(headers: AnswerHeaders, wallTime: number): number | undefined {
  const ms = headers['retry-after-ms'];
  if (typeof ms === 'string' && /^\d+(\.\d+)?$/.test(ms)) return Number(ms);
  const stated = headers['retry-after'];
  if (typeof stated !== 'string') return undefined;
  if (/^\d+(\.\d+)?$/.test(stated)) return Number(stated) * 1000;
  // A date has letters; Date.parse would take a negative number for a year.
  const date = /[a-z]/i.test(stated) ? Date.parse(stated) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallTime);
}

/** The longest `x-ratelimit-reset-*` of the windows that have nothing left. */
export function exhaustedWaitMs(headers: AnswerHeaders): number | undefined {
  let longest: number | undefined;
  for (const unit of UNITS) {
    for (const window of WINDOWS) {
      const remaining = headers[`x-ratelimit-remaining-${unit}${window}`];
      if (typeof remaining !== 'string' || remaining === '' || !(Number(remaining) <= 0)) continue;
      const reset = resetMs(headers, `${unit}${window}`);
      if (reset !== undefined) longest = Math.max(longest ?? 0, reset);
    }
  }
  return longest;
}

function resetMs(headers: AnswerHeaders, name: string): number | undefined {
  const value = headers[`x-ratelimit-reset-${name}`];
  return typeof value === 'string' ? parseWaitMs(value) : undefined;
}
