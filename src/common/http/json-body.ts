import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../errors/gateway-error.js';
import { findKeyProblem, type KeyProblem } from '../json/duplicate-keys.js';
import { isDeeperThan } from '../json/json-depth.js';
import { parseLossless } from '../json/raw-json.js';

/** Deepest nesting of a request body, in levels. */
const MAX_DEPTH = 64;

/** Longest part of a key that an error repeats. */
const SHOWN_KEY = 64;

/**
 * Parses a JSON request body without losing a digit.
 * @throws GatewayError 400 `invalid_json` on text that is not a JSON document, is not UTF-8, nests deeper than
 *   64 levels, or has a key twice in one object
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) throw invalid('The request body is empty. Send a JSON object.');
  if (!isUtf8(bytes)) throw invalid('The request body is not valid UTF-8.');
  const text = bytes[0] === 0xef ? bytes.toString('utf8').replace(/^\uFEFF/, '') : bytes.toString('utf8');
  const body = parse(text);
  if (isDeeperThan(body, MAX_DEPTH)) throw invalid(`The request body nests deeper than ${MAX_DEPTH} levels.`);
  const problem = findKeyProblem(text, '__proto__');
  if (problem) throw invalid(explain(problem));
  return body;
}

function parse(text: string): unknown {
  try {
    return parseLossless(text);
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
