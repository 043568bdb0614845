import { isRecord } from '../../../common/json/is-record.js';

export interface StrictSchema {
  /** The schema that strict mode takes; undefined when it cannot be said in strict mode. */
  schema: unknown;
  changed: boolean;
}

/** Keywords of strict mode (wire.md 1.11). */
const KEPT = new Set(
  (
    'type enum const description title $schema default $ref required ' +
    'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf'
  ).split(' '),
);
/** Keywords that change what a schema means so much that words cannot replace them. */
const IMPOSSIBLE = new Set(
  (
    'oneOf allOf not if then else patternProperties unevaluatedProperties nullable dependentRequired ' +
    'dependentSchemas dependencies $anchor $dynamicRef $recursiveRef definitions'
  ).split(' '),
);
const LIMITS = { depth: 10, properties: 500, enumValues: 500, names: 5_000, longEnum: 7_500, longEnumFrom: 250 };

/** Thrown inside a walk only. */
class NotStrict extends Error {}

/**
 * A JSON schema as Cerebras' strict mode takes it: keywords that it does not have (`format`, `minItems`, `pattern` …)
 * become words in the description, `additionalProperties: false` is added where it is missing, and a list of types
 * becomes `anyOf`. A schema that cannot be said so (recursion, `oneOf`, an open object …) has no strict form.
 */
export function toStrictSchema(schema: unknown): StrictSchema {
  if (!isRecord(schema) || schema.type !== 'object' || schema.anyOf !== undefined)
    return { schema: undefined, changed: true };
  const writer = new StrictSchemaWriter();
  try {
    const written = writer.write(schema, 1);
    writer.assertFinite();
    return { schema: writer.changed ? written : schema, changed: writer.changed };
  } catch (error) {
    if (error instanceof NotStrict) return { schema: undefined, changed: true };
    throw error;
  }
}

class StrictSchemaWriter {
  changed = false;
  private properties = 0;
  private enumValues = 0;
  private names = 0;
  /** Which definitions each definition (`''`: the root) refers to, to find recursion. */
  private readonly references = new Map<string, Set<string>>();
  private inside = '';

  write(schema: unknown, depth: number): Record<string, unknown> {
    if (!isRecord(schema) || depth > LIMITS.depth) throw new NotStrict();
    if (Array.isArray(schema.type)) return this.writeTypeList(schema, schema.type, depth);
    const out: Record<string, unknown> = {};
    const notes: string[] = [];
    for (const key in schema) this.writeKeyword(key, schema, out, notes, depth);
    this.closeObject(out);
    if (out.type === 'array' && !isRecord(out.items) && out.prefixItems === undefined) throw new NotStrict();
    if (notes.length > 0) out.description = [schema.description, ...notes].filter(Boolean).join(' ');
    return out;
  }

  /** Strict mode has no recursion. @throws NotStrict */
  assertFinite(): void {
    const done = new Set<string>();
    const visit = (name: string, path: ReadonlySet<string>): void => {
      if (path.has(name)) throw new NotStrict();
      if (done.has(name)) return;
      for (const next of this.references.get(name) ?? []) visit(next, new Set([...path, name]));
      done.add(name);
    };
    for (const name of this.references.keys()) visit(name, new Set());
  }

  private writeKeyword(
    key: string,
    schema: Record<string, unknown>,
    out: Record<string, unknown>,
    notes: string[],
    depth: number,
  ): void {
    const value = schema[key];
    if (IMPOSSIBLE.has(key)) throw new NotStrict();
    const children = CHILDREN.get(key);
    if (children) out[key] = children(this, value, depth);
    else if (KEPT.has(key)) out[key] = this.count(key, value);
    else if (key === 'additionalProperties') out[key] = closed(value);
    else {
      this.changed = true;
      notes.push(`(${key}: ${JSON.stringify(value)})`);
    }
  }

  private closeObject(out: Record<string, unknown>): void {
    if (out.type !== 'object' && out.properties === undefined) return;
    if (out.properties !== undefined && out.additionalProperties === false) return;
    // Without either, the object takes any key: closing it would leave it empty.
    if (out.properties === undefined && out.additionalProperties !== false) throw new NotStrict();
    out.properties ??= {};
    out.additionalProperties = false;
    this.changed = true;
  }

  /** `type: ["string", "null"]` as `anyOf`, which strict mode documents. */
  private writeTypeList(schema: Record<string, unknown>, types: unknown[], depth: number): Record<string, unknown> {
    if (depth === 1) throw new NotStrict();
    this.changed = true;
    const { description, ...rest } = schema;
    const anyOf = types.map((type) => (type === 'null' ? { type } : this.write({ ...rest, type }, depth + 1)));
    return { ...(description !== undefined && { description }), anyOf };
  }

  writeMap(value: unknown, depth: number, isDefinitions: boolean): Record<string, unknown> {
    if (!isRecord(value)) throw new NotStrict();
    const out: Record<string, unknown> = {};
    for (const [name, child] of Object.entries(value)) {
      this.names += name.length;
      if (!isDefinitions) this.properties++;
      const outer = this.inside;
      if (isDefinitions) this.inside = name;
      out[name] = this.write(child, depth + 1);
      this.inside = outer;
    }
    if (this.properties > LIMITS.properties || this.names > LIMITS.names) throw new NotStrict();
    return out;
  }

  private count(key: string, value: unknown): unknown {
    if (key === '$ref') return this.refer(value);
    if (key === 'enum' && Array.isArray(value)) {
      const length = value.reduce<number>((sum, item) => sum + String(item).length, 0);
      this.enumValues += value.length;
      this.names += length;
      if (value.length > LIMITS.longEnumFrom && length > LIMITS.longEnum) throw new NotStrict();
    }
    if (key === 'const') this.names += String(value).length;
    if (this.enumValues > LIMITS.enumValues || this.names > LIMITS.names) throw new NotStrict();
    return value;
  }

  private refer(value: unknown): unknown {
    const name = typeof value === 'string' ? /^#\/\$defs\/([^/]+)$/.exec(value)?.[1] : undefined;
    if (name === undefined) throw new NotStrict();
    const known = this.references.get(this.inside) ?? new Set();
    this.references.set(this.inside, known.add(name));
    return value;
  }
}

type WriteChildren = (writer: StrictSchemaWriter, value: unknown, depth: number) => unknown;

const writeList: WriteChildren = (writer, value, depth) => {
  if (!Array.isArray(value)) throw new NotStrict();
  return value.map((child) => writer.write(child, depth + 1));
};

// A map: keywords come from the caller, and an object has `constructor` without having it.
const CHILDREN = new Map<string, WriteChildren>([
  ['properties', (writer, value, depth) => writer.writeMap(value, depth, false)],
  ['$defs', (writer, value, depth) => writer.writeMap(value, depth, true)],
  ['items', (writer, value, depth) => (value === false ? value : writer.write(value, depth + 1))],
  ['prefixItems', writeList],
  ['anyOf', writeList],
]);

/** An object that takes any further key cannot be strict. */
function closed(value: unknown): false {
  if (value !== false) throw new NotStrict();
  return value;
}
