import { isAscii, isUtf8 } from 'node:buffer';
import { GatewayError } from '../errors/gateway-error.js';
import { BodySource } from '../json/body-source.js';
import { isRecord } from '../json/is-record.js';
import { type KeyProblem, scanJson } from '../json/json-scan.js';
import { parseExactly } from '../json/raw-json.js';

/** Deepest nesting of a request body, in levels. */
const MAX_DEPTH = 64;

const MARK_BYTES = 3;

/** Longest part of a key that an error repeats. */
const SHOWN_KEY = 64;

/** From which length on it is noted where a body's lists are, in bytes: a short one is written again as fast. */
const LARGE = 8 * 1024;

/** A body, and where its lists came from when it is a large one. */
export interface ParsedBody {
  readonly body: unknown;
  readonly source?: BodySource;
}

/**
 * Parses a JSON request body without losing a digit.
 * @param keepsSource whether the bytes of a large body are kept
 * @throws GatewayError 400 `invalid_json` on text that is not a JSON document, is not UTF-8, nests deeper than
 *   64 levels, or has a key twice in one object
 */
export function parseJsonBody(given: Buffer, keepsSource: boolean): ParsedBody {
  if (given.length === 0) throw invalid('The request body is empty. Send a JSON object.');
  const bytes = given.subarray(startsWithMark(given) ? MARK_BYTES : 0);
  const text = textOf(bytes);
  const body = parse(text, JSON.parse);
  const withLists = keepsSource && bytes.length >= LARGE;
  const scan = scanJson(text, { forbidden: '__proto__', maxDepth: MAX_DEPTH, withLists });
  if (scan.isTooDeep) throw invalid(`The request body nests deeper than ${MAX_DEPTH} levels.`);
  if (scan.problem) throw invalid(explain(scan.problem));
  const exact = scan.isInexact ? parse(text, parseExactly) : body;
  return withLists && isRecord(exact)
    ? { body: exact, source: new BodySource(bytes, text, exact, scan.lists) }
    : { body: exact };
}

/** The mark of UTF-8 that some editors write before a text. */
function startsWithMark(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function textOf(bytes: Buffer): string {
  // Many times as fast as looking for what is not ASCII while decoding.
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (!isUtf8(bytes)) throw invalid('The request body is not valid UTF-8.');
  return bytes.toString('utf8');
}

function parse(text: string, read: (text: string) => unknown): unknown {
  try {
    return read(text);
  } catch (cause) {
    const position = /position \d+(?: \(line \d+ column \d+\))?/.exec(String(cause))?.[0];
    throw new GatewayError(
      'invalid_json',
      `We could not parse the JSON body of your request${position ? ` at ${position}` : ''}. Check quotes, commas and brackets.`,
      { cause },
    );
  }
}

function explain({ key, kind }: KeyProblem): string {
  const shown = key.slice(0, SHOWN_KEY).toWellFormed();
  return kind === 'forbidden'
    ? `The request body has a key '${shown}', which is not allowed.`
    : `The request body has the key '${shown}' twice in one object. Send it once.`;
}

const invalid = (message: string): GatewayError => new GatewayError('invalid_json', message);
