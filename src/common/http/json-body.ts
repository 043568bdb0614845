import { isUtf8 } from 'node:buffer';
import { GatewayError } from '../errors/gateway-error.js';
import { isDeeperThan } from '../json/json-depth.js';
import { parseLossless } from '../json/raw-json.js';

/** Deepest nesting of a request body, in levels. */
const MAX_DEPTH = 64;

// The key `__proto__`, also with any of its characters escaped. Inside a string it would be followed by `\"`.
const PROTO_KEY = new RegExp(`"${'__proto__'.replace(/./g, plainOrEscaped)}"\\s*:`);

function plainOrEscaped(char: string): string {
  const hex = char.charCodeAt(0).toString(16).replace('f', '[fF]');
  return `(?:${char}|\\\\u00${hex})`;
}

/**
 * Parses a JSON request body without losing a digit.
 * @throws GatewayError 400 `invalid_json` on text that is not a JSON document, is not UTF-8, or nests deeper than 64 levels
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) throw invalid('The request body is empty. Send a JSON object.');
  if (!isUtf8(bytes)) throw invalid('The request body is not valid UTF-8.');
  const text = bytes[0] === 0xef ? bytes.toString('utf8').replace(/^\uFEFF/, '') : bytes.toString('utf8');
  const body = parse(text);
  if (PROTO_KEY.test(text)) throw invalid("The request body has a key '__proto__', which is not allowed.");
  if (isDeeperThan(body, MAX_DEPTH)) throw invalid(`The request body nests deeper than ${MAX_DEPTH} levels.`);
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

const invalid = (message: string): GatewayError => new GatewayError('invalid_json', message);
