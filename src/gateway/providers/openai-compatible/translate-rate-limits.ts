import type { UpstreamHeaders } from '../../../common/http/upstream-client.js';
import type { RateLimitHeader } from '../profiles/provider-profile.types.js';

/** The headers with those of the vendor's own names under OpenAI's too, a point in time as what is left until then. */
export function translateRateLimits(
  headers: UpstreamHeaders,
  rules: Readonly<Record<string, RateLimitHeader>>,
  wallTime = Date.now(),
): UpstreamHeaders {
  let translated: Record<string, string | string[] | undefined> | undefined;
  for (const name in rules) {
    const value = headers[name];
    const rule = rules[name];
    if (typeof value !== 'string' || !rule) continue;
    if (rule.name !== name && headers[rule.name] !== undefined) continue;
    const text = written(value, rule.form, wallTime);
    if (text === undefined) continue;
    translated ??= { ...headers };
    translated[rule.name] = text;
  }
  return translated ?? headers;
}

function written(value: string, form: RateLimitHeader['form'], wallTime: number): string | undefined {
  if (form === 'count' || form === 'duration') return value;
  const point = Number(value) * (form === 'epoch_seconds' ? 1000 : 1);
  if (!Number.isFinite(point)) return undefined;
  // Seconds, as OpenAI's durations are read too.
  return String(Math.max(0, Math.ceil((point - wallTime) / 1000)));
}
