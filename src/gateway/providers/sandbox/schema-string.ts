import type { JsonObject } from './json-value.js';
import type { PromptHints } from './prompt-hints.js';

const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-11-22',
  time: '12:00:00Z',
  'date-time': '2026-11-22T12:00:00Z',
  email: 'ada@example.com',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
  ipv4: '192.0.2.1',
  hostname: 'example.com',
};

/** What members of these names usually hold, as far as the prompt does not say. */
const BY_NAME: ReadonlyArray<readonly [RegExp, string]> = [
  [/email/i, 'ada@example.com'],
  [/(?:url|link|uri)$/i, 'https://example.com/'],
  [/time_?zone|tz$/i, 'UTC'],
  [/date|day/i, '2026-11-22'],
  [/time/i, '12:00'],
  [/country/i, 'France'],
  [/unit/i, 'celsius'],
  [/lang/i, 'en'],
  [/currency/i, 'EUR'],
  [/colou?r/i, 'blue'],
];

const PLACE = /city|location|place|destination|town|address|country|region/i;
const WHOLE_TEXT = /query|question|text|prompt|message|input|search|term|content|task|topic|subject/i;
const EXPRESSION = /expr|formula|equation|calculation/i;

function mathIn(text: string): string | undefined {
  return /[-\d(][-\d\s.()+*/^%x]*[-+*/^%x][-\d\s.()+*/^%x]*[\d)]/.exec(text)?.[0].trim();
}

function fromPrompt(name: string, hints: PromptHints, subject: string | undefined): string | undefined {
  if (EXPRESSION.test(name)) return mathIn(hints.text) ?? hints.text;
  if (PLACE.test(name)) return subject ?? hints.names[0];
  if (hints.quoted[0] !== undefined) return hints.quoted[0];
  if (WHOLE_TEXT.test(name)) return subject ?? (hints.text || undefined);
  return undefined;
}

function guess(schema: JsonObject, name: string, hints: PromptHints, subject: string | undefined): string {
  const format = typeof schema['format'] === 'string' ? FORMATS[schema['format']] : undefined;
  if (format) return format;
  const said = fromPrompt(name, hints, subject);
  if (said !== undefined) return said;
  const usual = BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
  return usual ?? subject ?? hints.names[0] ?? (name ? `example ${name.replaceAll('_', ' ')}` : 'example');
}

/** A string for a member of this name, of a length that the schema allows. */
export function schemaString(
  schema: JsonObject,
  name: string,
  hints: PromptHints,
  subject: string | undefined,
): string {
  const least = typeof schema['minLength'] === 'number' ? schema['minLength'] : 0;
  const most = typeof schema['maxLength'] === 'number' ? schema['maxLength'] : Infinity;
  return guess(schema, name, hints, subject).padEnd(least, '.').slice(0, most);
}
