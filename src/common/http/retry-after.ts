import { parseWaitMs } from '../time/parse-wait.js';

type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** OpenAI's names have no window, Cerebras' have one. */
const WINDOWS = ['', '-minute', '-hour', '-day'] as const;
const UNITS = ['requests', 'tokens'] as const;

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

/** Milliseconds that `x-ratelimit-reset-<name>` states. */
export function resetMs(headers: AnswerHeaders, name: string): number | undefined {
  const value = headers[`x-ratelimit-reset-${name}`];
  return typeof value === 'string' ? parseWaitMs(value) : undefined;
}
