const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const DECIMAL_SECONDS = /^\d+(\.\d+)?$/;
const GO_DURATION = /^(\d+(\.\d+)?(ms|s|m|h))+$/;

/** Decimal seconds (`5.5`) or a Go duration (`825ms`, `1m26.4s`) in milliseconds, as `x-ratelimit-reset-*` states it. */
export function parseWaitMs(value: string): number | undefined {
  if (DECIMAL_SECONDS.test(value)) return Number(value) * 1000;
  if (!GO_DURATION.test(value)) return undefined;
  let total = 0;
  for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * (UNITS[unit ?? ''] ?? 0);
  }
  return total;
}
