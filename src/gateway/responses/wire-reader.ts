import { GatewayError } from '../../common/errors/gateway-error.js';
import { isRecord } from '../../common/json/is-record.js';
import { invalid } from '../../common/validation/invalid.js';
import { missing, wrongType } from '../../common/validation/violations.js';

/** A JSON object whose keys are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The 400 answer for something of OpenAI's API that a chat upstream cannot do. */
export function unsupported(param: string, message: string): GatewayError {
  return new GatewayError('unsupported_parameter', message, { param });
}

/** The value as an object, or a 400 that names it. */
export function readObject(value: unknown, param: string): JsonObject {
  if (isRecord(value)) return value;
  throw invalid(value === undefined || value === null ? missing(param) : wrongType(param, 'an object', value));
}

/** A required string of an object, or a 400 that names it; `''` is a string. */
export function readString(object: JsonObject, key: string, path: string): string {
  const value = object[key];
  if (typeof value === 'string') return value;
  const param = `${path}.${key}`;
  throw invalid(value === undefined || value === null ? missing(param) : wrongType(param, 'a string', value));
}

/** A required string that must say something, such as a name or an id. */
export function readName(object: JsonObject, key: string, path: string): string {
  const value = readString(object, key, path);
  if (value !== '') return value;
  throw invalid(wrongType(`${path}.${key}`, 'a non-empty string', value));
}
