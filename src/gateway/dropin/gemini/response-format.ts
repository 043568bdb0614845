import { isRecord } from '../../../common/json/is-record.js';
import type { GenerationConfig } from '../../gemini/generate-content.types.js';
import { toJsonSchema } from '../../gemini/openapi-schema.js';
import type { ChatRequest, ResponseFormat } from '../../openai/chat.types.js';
import type { AnswerShape } from './conversion.types.js';
import { invalid } from './wire-errors.js';

const MEDIA_TYPES = ['text/plain', 'application/json', 'text/x.enum'];
/** Keywords whose value is a schema, or a list of them. */
const SCHEMAS = new Set(['items', 'prefixItems', 'anyOf', 'oneOf', 'allOf', 'additionalProperties']);

/** The name of the member that a schema without an object at its root is put into. */
export const WRAPPER = 'value';

/** The form of the answer as chat's `response_format`. @throws GatewayError 400 for one that Gemini does not have */
export function writeFormat(config: GenerationConfig, chat: ChatRequest): AnswerShape['unwrap'] {
  const { responseMimeType: type = 'text/plain', responseSchema, responseJsonSchema } = config;
  assertMediaType(type);
  const schema = responseJsonSchema ?? closed(toJsonSchema(responseSchema ?? undefined));
  if (type === 'text/plain') {
    assertNoSchema(schema);
    return 'no';
  }
  if (schema === undefined) {
    chat.response_format = { type: 'json_object' };
    return 'no';
  }
  const isObject = isRecord(schema) && schema.type === 'object';
  chat.response_format = format(isObject ? schema : wrapped(schema));
  if (isObject) return 'no';
  return type === 'text/x.enum' ? 'text' : 'json';
}

function assertMediaType(type: string): void {
  if (MEDIA_TYPES.includes(type)) return;
  const path = 'generationConfig.responseMimeType';
  throw invalid(path, `Invalid value at '${path}': expected ${MEDIA_TYPES.join(', ')}.`);
}

function assertNoSchema(schema: unknown): void {
  if (schema === undefined) return;
  const path = 'generationConfig.responseMimeType';
  throw invalid(path, `Invalid value at '${path}': a response schema needs application/json or text/x.enum.`);
}

function format(schema: Record<string, unknown>): ResponseFormat {
  return {
    type: 'json_schema',
    json_schema: { name: 'response', schema, ...(isStrict(schema) && { strict: true }) },
  };
}

/** Objects of Gemini's Schema have no members but those that it names; JSON Schema has to say so. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!isRecord(schema)) return schema;
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) out[key] = SCHEMAS.has(key) ? closed(value) : value;
  if (isRecord(out.properties)) {
    out.properties = Object.fromEntries(Object.entries(out.properties).map(([name, child]) => [name, closed(child)]));
    out.additionalProperties ??= false;
  }
  return out;
}

/** Chat's schemas have an object at their root; definitions belong to the root. */
function wrapped(schema: unknown): Record<string, unknown> {
  const { $defs, definitions, $schema: _schema, ...value } = isRecord(schema) ? schema : {};
  return {
    type: 'object',
    properties: { [WRAPPER]: value },
    required: [WRAPPER],
    additionalProperties: false,
    ...($defs !== undefined && { $defs }),
    ...(definitions !== undefined && { definitions }),
  };
}

/**
 * Gemini always keeps to the schema. OpenAI's strict mode does the same, where each object is closed and needs all its
 * members; a schema that it would refuse is sent without it.
 */
function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (!isRecord(schema)) return true;
  const isObject = schema.type === 'object' || schema.properties !== undefined;
  if (isObject && !isClosed(schema)) return false;
  return Object.entries(schema).every(([key, value]) => key === 'enum' || key === 'default' || isStrict(value));
}

function isClosed({ properties, required, additionalProperties }: Record<string, unknown>): boolean {
  const names = isRecord(properties) ? Object.keys(properties) : [];
  const needed: unknown[] = Array.isArray(required) ? required : [];
  return additionalProperties === false && names.every((name) => needed.includes(name));
}
