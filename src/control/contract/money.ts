/** Money is an integer number of micro-dollars (1 USD = 1,000,000), at most 2^53 - 1, about 9 billion dollars. */
export type MicroDollars = number;

const MICROS = 1_000_000;
const AMOUNT = /^(\d{1,10})(?:\.(\d{1,6}))?$/;

/** Reads `50`, `12.34` or `"0.000001"` dollars without a float; undefined when it is not an amount of at most six decimals. */
export function parseDollars(text: string | number): MicroDollars | undefined {
  const [, whole, fraction = ''] = AMOUNT.exec(String(text)) ?? [];
  if (whole === undefined) return undefined;
  const micros = Number(whole) * MICROS + Number(fraction.padEnd(6, '0'));
  return Number.isSafeInteger(micros) ? micros : undefined;
}

/** `12.340000` as `12.34`, `0` as `0.00`: at least two decimals, at most six, exact. */
export function formatDollars(micros: MicroDollars): string {
  const sign = micros < 0 ? '-' : '';
  const absolute = Math.abs(micros);
  const whole = Math.floor(absolute / MICROS);
  const fraction = String(absolute % MICROS)
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  return `${sign}${whole}.${fraction}`;
}
