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

/** All that an expression may call, with a line for whoever writes one. */
export const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['startsWith', 'model.startsWith("gpt-")'],
  ['endsWith', 'model.endsWith("-mini")'],
  ['contains', 'model.contains("preview")'],
  ['matches', 'model.matches("^gpt-[45]") with a literal pattern of RE2, which is tried on every part of the text'],
  ['lowerAscii', 'headers["x-tier"].lowerAscii()'],
  ['upperAscii', 'headers["x-tier"].upperAscii()'],
  ['trim', 'headers["x-tier"].trim()'],
  ['split', 'headers["x-roles"].split(",") is a list'],
  ['join', 'key.tags.join(",")'],
  ['substring', 'model.substring(0, 3), an error beyond the end'],
  ['indexOf', 'model.indexOf("/"), -1 when it is not there'],
  ['lastIndexOf', 'model.lastIndexOf("/")'],
  ['size', 'size(key.tags), size(model)'],
  ['string', 'string(input_tokens)'],
  ['int', 'int(headers["x-priority"]), an error when it is no number'],
  ['double', 'double(input_tokens)'],
  ['bool', 'bool(headers["x-batch"]), an error when it is no truth value'],
  ['timestamp', 'now < timestamp("2027-01-01T00:00:00Z")'],
  ['duration', 'now - timestamp("2027-01-01T00:00:00Z") > duration("24h")'],
  ['has', 'has(headers.authorization): whether a header was sent'],
  ['bind', 'cel.bind(hour, now.getHours("UTC"), hour >= 9 && hour < 17)'],
  ['all', 'key.tags.all(tag, tag != "external")'],
  ['exists', 'key.tags.exists(tag, tag.startsWith("env:"))'],
  ['exists_one', 'key.tags.exists_one(tag, tag.startsWith("env:"))'],
  ['map', 'key.tags.map(tag, tag.lowerAscii())'],
  ['filter', 'key.tags.filter(tag, tag != "a")'],
  ['getFullYear', 'now.getFullYear("Europe/Berlin")'],
  ['getMonth', 'now.getMonth("Europe/Berlin"), 0 for January'],
  ['getDate', 'now.getDate("Europe/Berlin"), 1 for the first of the month'],
  ['getDayOfMonth', 'now.getDayOfMonth("Europe/Berlin"), 0 for the first of the month'],
  ['getDayOfWeek', 'now.getDayOfWeek("Europe/Berlin"), 0 for Sunday'],
  ['getDayOfYear', 'now.getDayOfYear("Europe/Berlin"), 0 for the first of January'],
  ['getHours', 'now.getHours("Europe/Berlin")'],
  ['getMinutes', 'now.getMinutes("Europe/Berlin")'],
  ['getSeconds', 'now.getSeconds()'],
]);
