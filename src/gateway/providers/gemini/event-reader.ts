import { GatewayError } from '../../../common/errors/gateway-error.js';
import { isRecord } from '../../../common/json/is-record.js';
import { parseLossless } from '../../../common/json/raw-json.js';
import { readGeminiStreamError } from './error-reader.js';

/** The piece that an event of a stream holds, no digit lost. @throws GatewayError for an error, and for what is no JSON */
export function readEvent(data: string, provider: string): Record<string, unknown> {
  let piece: unknown;
  try {
    piece = parseLossless(data);
  } catch (cause) {
    throw new GatewayError('upstream_invalid_response', `${provider} sent a piece of its stream that is not JSON.`, {
      cause,
    });
  }
  if (!isRecord(piece)) {
    throw new GatewayError('upstream_invalid_response', `${provider} sent a piece of its stream that is no object.`);
  }
  if (piece.error !== undefined && piece.error !== null) throw readGeminiStreamError(provider, piece);
  return piece;
}

/** The same JSON with another name of the model: only the text of that member is another. */
export function renamed(json: string, model: string): string {
  const at = placeOfModelVersion(json);
  if (at === -1) return json;
  return json.slice(0, at) + json.slice(at).replace(MEMBER_START, (_, key: string) => key + JSON.stringify(model));
}

const KEY = '"modelVersion"';
const MEMBER_START = /^("modelVersion"\s*:\s*)"(?:[^"\\]|\\.)*"/;

/** Where the outermost object has it: a function's arguments may have a member of the same name. */
function placeOfModelVersion(json: string): number {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    else if (char === '"') {
      if (depth === 1 && json.startsWith(KEY, at) && MEMBER_START.test(json.slice(at, at + MAX_MEMBER))) return at;
      at = endOfString(json, at + 1);
    }
  }
  return -1;
}

/** Longest member that is looked at, in characters. */
const MAX_MEMBER = 1_024;

function endOfString(json: string, from: number): number {
  for (let at = from; at < json.length; at++) {
    if (json[at] === '\\') at++;
    else if (json[at] === '"') return at;
  }
  return json.length;
}
