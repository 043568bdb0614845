/** A JSON number kept as its source text (ECMAScript "JSON.parse source text access"; in Node since 21). */
export interface RawJson {
  readonly rawJSON: string;
}

declare global {
  interface JSON {
    rawJSON(text: string): RawJson;
    isRawJSON(value: unknown): value is RawJson;
    parse(
      text: string,
      reviver: (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown,
    ): unknown;
  }
}

// Finds text that might be a number which a double does not hold: 16 or more digits, a three-digit
// exponent, or minus zero. A hit inside a string only costs the slower parse.
const SUSPECT = /[\d.]{16}|\d[eE][-+]?\d{3}|-0(?![.\d]*[1-9])/;

/**
 * JSON.parse that loses no number: one that a double cannot hold becomes a RawJson,
 * which JSON.stringify writes back digit for digit.
 * @throws SyntaxError
 */
export function parseLossless(text: string): unknown {
  return mayBeInexact(text) ? parseExactly(text) : JSON.parse(text);
}

/** Whether a text may have a number that a double does not hold. */
export function mayBeInexact(text: string): boolean {
  return SUSPECT.test(text);
}

/** The slower parse. @throws SyntaxError */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, keepInexactNumber);
}

function keepInexactNumber(_key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== 'number' || context.source === undefined) return value;
  return isExact(value, context.source) ? value : JSON.rawJSON(context.source);
}

function isExact(value: number, source: string): boolean {
  if (Object.is(value, -0) || !Number.isFinite(value)) return false;
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value);
  // 15 significant decimal digits always survive a double; more may not.
  const digits = source
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '')
    .replace(/0+$/, '');
  return digits.length <= 15 || JSON.stringify(value) === source;
}

/** The value as a number, if it is one: a RawJson is rounded to a double, for range checks only. */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return JSON.isRawJSON(value) ? Number(value.rawJSON) : undefined;
}
