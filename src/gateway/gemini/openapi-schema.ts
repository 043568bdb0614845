import { isRecord } from '../../common/json/is-record.js';

/** Keywords of Gemini's Schema that hold a count as a string (protobuf's int64). */
const COUNTS = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']);
/** `TYPE_UNSPECIFIED` says nothing. */
const TYPES = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']);
/** Its snake_case names. */
const NAMES: Readonly<Record<string, string>> = {
  any_of: 'anyOf',
  min_items: 'minItems',
  max_items: 'maxItems',
  min_length: 'minLength',
  max_length: 'maxLength',
  min_properties: 'minProperties',
  max_properties: 'maxProperties',
  property_ordering: 'propertyOrdering',
  additional_properties: 'additionalProperties',
  defs: '$defs',
  ref: '$ref',
};

/**
 * Gemini's Schema, a subset of OpenAPI 3.0's (https://ai.google.dev/api/caching#Schema), as JSON Schema: types in lower
 * case, `nullable` as a type of its own, counts as numbers, properties in the order of `propertyOrdering`, `example`
 * among `examples`. A JSON Schema comes out as it went in.
 */
export function toJsonSchema(schema: unknown): unknown {
  if (!isRecord(schema)) return schema;
  const out: Record<string, unknown> = {};
  for (const key in schema) {
    const name = Object.hasOwn(NAMES, key) ? (NAMES[key] ?? key) : key;
    const value = schema[key];
    if (value === null && name !== 'default' && name !== 'const') continue;
    if (!OWN.has(name)) out[name] = keyword(name, value);
  }
  writeOwn(schema, out);
  return schema.nullable === true ? orNull(out) : out;
}

/** Keywords that JSON Schema says in another way. */
const OWN = new Set(['nullable', 'type', 'propertyOrdering', 'example', 'format']);

function writeOwn(schema: Record<string, unknown>, out: Record<string, unknown>): void {
  const { type, example, format } = schema;
  if (type !== undefined) writeType(type, out);
  if (example !== undefined && example !== null) out.examples = [example];
  // `enum` says it already; no other reader knows such a format.
  if (format !== undefined && format !== null && format !== 'enum') out.format = format;
  orderProperties(out, schema.propertyOrdering ?? schema.property_ordering);
  writeEnum(out);
}

/** What the values of a keyword hold. */
const MAPS = new Set(['properties', '$defs']);
const ONE = new Set(['items', 'additionalProperties', 'not']);
const LISTS = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);

function keyword(name: string, value: unknown): unknown {
  if (MAPS.has(name)) return mapValues(value);
  if (ONE.has(name)) return toJsonSchema(value);
  if (LISTS.has(name) && Array.isArray(value)) return value.map(toJsonSchema);
  if (COUNTS.has(name) && typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  return value;
}

function mapValues(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, toJsonSchema(child)]));
}

function writeType(value: unknown, out: Record<string, unknown>): void {
  if (typeof value !== 'string') {
    out.type = value;
    return;
  }
  const type = value.toLowerCase();
  if (TYPES.has(type)) out.type = type;
}

/** Models write the properties in the order in which they read them. */
function orderProperties(out: Record<string, unknown>, ordering: unknown): void {
  const { properties } = out;
  if (!isRecord(properties) || !Array.isArray(ordering)) return;
  const names = ordering.filter((name): name is string => typeof name === 'string' && Object.hasOwn(properties, name));
  out.properties = {
    ...Object.fromEntries(names.map((name) => [name, properties[name]])),
    ...Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name))),
  };
}

/** Gemini writes the values of an enumeration as strings, whatever their type is. */
function writeEnum(out: Record<string, unknown>): void {
  if (!Array.isArray(out.enum) || (out.type !== 'integer' && out.type !== 'number')) return;
  out.enum = out.enum.map((value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value));
}

function orNull(schema: Record<string, unknown>): Record<string, unknown> {
  if (Array.isArray(schema.anyOf)) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] };
  if (typeof schema.type !== 'string') return schema;
  const values = Array.isArray(schema.enum) ? { enum: [...schema.enum, null] } : {};
  return { ...schema, type: [schema.type, 'null'], ...values };
}
