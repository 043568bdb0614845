import { dayOfYear, inZone } from './zoned-time.js';
import { matchesLinear } from './linear-patterns.js';

/** What takes the place of a stock function of cel-js, under a name that no expression can write. */
export interface Replacement {
  readonly signature: string;
  readonly handler: (...args: never[]) => unknown;
}

export const TIMESTAMP = 'google.protobuf.Timestamp';

const FIELDS: Readonly<Record<string, (date: Date) => bigint>> = {
  getFullYear: (date) => BigInt(date.getUTCFullYear()),
  getMonth: (date) => BigInt(date.getUTCMonth()),
  getDate: (date) => BigInt(date.getUTCDate()),
  getDayOfMonth: (date) => BigInt(date.getUTCDate() - 1),
  getDayOfWeek: (date) => BigInt(date.getUTCDay()),
  getDayOfYear: dayOfYear,
  getHours: (date) => BigInt(date.getUTCHours()),
  getMinutes: (date) => BigInt(date.getUTCMinutes()),
  getSeconds: (date) => BigInt(date.getUTCSeconds()),
};

/** The functions that read a timestamp, with an optional time zone. */
export const TIME_FIELDS: ReadonlySet<string> = new Set(Object.keys(FIELDS));
/** Functions whose stock implementation is too slow, unsafe, or depends on the zone of the machine. */
export const REPLACED: ReadonlySet<string> = new Set(['matches', ...TIME_FIELDS]);

/** The name under which the replacement of a function is registered: cel-js refuses a second one with the same name. */
export const replacementOf = (name: string): string => `${name}_`;

export const REPLACEMENTS: readonly Replacement[] = [
  {
    signature: `string.${replacementOf('matches')}(string): bool`,
    handler: (text: string, pattern: string): boolean => matchesLinear(text, pattern),
  },
  ...Object.entries(FIELDS).flatMap(([name, read]): Replacement[] => [
    { signature: `${TIMESTAMP}.${replacementOf(name)}(): int`, handler: (date: Date) => read(date) },
    {
      signature: `${TIMESTAMP}.${replacementOf(name)}(string): int`,
      handler: (date: Date, zone: string) => read(inZone(date, zone)),
    },
  ]),
];

/** Macros that run an expression for each element of a list. */
export const MACROS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** Something that an expression may call. */
export interface FunctionDoc {
  /** An expression that is valid. */
  readonly example: string;
  readonly note: string;
}

const doc = (example: string, note = ''): FunctionDoc => ({ example, note });

/** All that an expression may call, with a line for whoever writes one. */
export const FUNCTIONS: ReadonlyMap<string, FunctionDoc> = new Map([
  ['startsWith', doc('model.startsWith("gpt-")')],
  ['endsWith', doc('model.endsWith("-mini")')],
  ['contains', doc('model.contains("preview")')],
  ['matches', doc('model.matches("^gpt-[45]")', 'A literal pattern of RE2, looked for anywhere in the text.')],
  ['lowerAscii', doc('headers["x-tier"].lowerAscii()')],
  ['upperAscii', doc('headers["x-tier"].upperAscii()')],
  ['trim', doc('headers["x-tier"].trim()')],
  ['split', doc('"admin" in headers["x-roles"].split(",")')],
  ['join', doc('key.tags.join(",")')],
  ['substring', doc('model.substring(0, 3)', 'An error beyond the end.')],
  ['indexOf', doc('model.indexOf("/")', '-1 when it is not there.')],
  ['lastIndexOf', doc('model.lastIndexOf("/")', '-1 when it is not there.')],
  ['size', doc('size(key.tags) > 0')],
  ['string', doc('string(input_tokens)')],
  ['int', doc('int(headers["x-priority"]) > 5', 'An error when it is no number; 0 for an empty text.')],
  ['double', doc('double(input_tokens) * 1.5')],
  ['bool', doc('bool(headers["x-batch"])', 'An error when it is no truth value.')],
  ['timestamp', doc('now < timestamp("2027-01-01T00:00:00Z")')],
  ['duration', doc('now - timestamp("2027-01-01T00:00:00Z") > duration("24h")')],
  ['has', doc('has(headers.authorization)', 'Whether a header was sent.')],
  ['bind', doc('cel.bind(hour, now.getHours("UTC"), hour >= 9 && hour < 17)', 'Names a value.')],
  ['all', doc('key.tags.all(tag, tag != "external")')],
  ['exists', doc('key.tags.exists(tag, tag.startsWith("env:"))')],
  ['exists_one', doc('key.tags.exists_one(tag, tag.startsWith("env:"))')],
  ['map', doc('key.tags.map(tag, tag.lowerAscii())')],
  ['filter', doc('key.tags.filter(tag, tag != "a")')],
  ['getFullYear', doc('now.getFullYear("Europe/Berlin")')],
  ['getMonth', doc('now.getMonth("Europe/Berlin")', '0 for January.')],
  ['getDate', doc('now.getDate("Europe/Berlin")', '1 for the first of the month.')],
  ['getDayOfMonth', doc('now.getDayOfMonth("Europe/Berlin")', '0 for the first of the month.')],
  ['getDayOfWeek', doc('now.getDayOfWeek("Europe/Berlin")', '0 for Sunday.')],
  ['getDayOfYear', doc('now.getDayOfYear("Europe/Berlin")', '0 for the first of January.')],
  ['getHours', doc('now.getHours("Europe/Berlin")')],
  ['getMinutes', doc('now.getMinutes("Europe/Berlin")')],
  ['getSeconds', doc('now.getSeconds()')],
]);
