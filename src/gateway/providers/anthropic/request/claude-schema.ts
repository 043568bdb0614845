import { isRecord } from '../../../../common/json/is-record.js';

/** A schema as the grammar of Claude's structured outputs takes it; undefined when it cannot be held to. */
export interface ClaudeSchema {
  readonly schema: unknown;
  readonly changed: boolean;
}

/** Keywords that Anthropic refuses, and that only narrow what the rest of the schema says. */
const LEFT_OUT = new Set(
  (
    'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength maxItems uniqueItems ' +
    'minProperties maxProperties'
  ).split(' '),
);
/** Keywords whose members are named schemas, and those that hold values. */
const NAMED = new Set(['properties', '$defs', 'definitions']);
const VALUES = new Set(['enum', 'const', 'default', 'examples', 'required', 'type', 'description', 'title']);
/** Longest list that `minItems` may ask for. */
const MAX_MIN_ITEMS = 1;

class SchemaWriter {
  changed = false;
  impossible = false;

  write(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.write(item));
    return isRecord(value) ? this.node(value) : value;
  }

  private node(schema: Record<string, unknown>): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(schema)) {
      if (this.isLeftOut(key, value)) this.changed = true;
      else out[key] = this.member(key, value);
    }
    if (isObjectSchema(schema)) this.close(schema, out);
    return out;
  }

  private member(key: string, value: unknown): unknown {
    if (VALUES.has(key)) return value;
    if (!NAMED.has(key) || !isRecord(value)) return this.write(value);
    return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, this.write(child)]));
  }

  private isLeftOut(key: string, value: unknown): boolean {
    return LEFT_OUT.has(key) || (key === 'minItems' && typeof value === 'number' && value > MAX_MIN_ITEMS);
  }

  /** Objects must be closed. One that is meant to be open, or whose names nobody lists, has no such form. */
  private close(schema: Record<string, unknown>, out: Record<string, unknown>): void {
    const { additionalProperties: open } = schema;
    if (open === false) return;
    if ((open !== undefined && open !== true) || schema.properties === undefined) this.impossible = true;
    this.changed = true;
    out.additionalProperties = false;
  }
}

function isObjectSchema({ type, properties }: Record<string, unknown>): boolean {
  return type === 'object' || (Array.isArray(type) && type.includes('object')) || properties !== undefined;
}

/** Closes every object and takes out what Anthropic refuses. The schema itself is not changed. */
export function toClaudeSchema(schema: unknown): ClaudeSchema {
  if (!isRecord(schema)) return { schema: undefined, changed: false };
  const writer = new SchemaWriter();
  const written = writer.write(schema);
  if (writer.impossible) return { schema: undefined, changed: false };
  return { schema: writer.changed ? written : schema, changed: writer.changed };
}
