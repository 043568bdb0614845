import { isObject, type JsonObject } from './json-value.js';
import type { PromptHints } from './prompt-hints.js';
import { resolveRef } from './schema-rules.js';
import { schemaString } from './schema-string.js';

/** Optional members and list items are left out below this depth, so that recursive schemas come to an end. */
const MAX_DEPTH = 6;
const HARD_DEPTH = 24;

/** Which members of an object a value should have besides the required ones. */
export type Optional = 'all' | 'hinted';

/** Makes a value that obeys a JSON schema, with contents from the prompt where they fit. */
/** Longest list that is made up. */
const MAX_ITEMS = 1_000;

export class SchemaValue {
  private numbers: number[];

  constructor(
    private readonly root: unknown,
    private readonly hints: PromptHints,
    private readonly optional: Optional,
    /** The name that this value is about, when the prompt has several. */
    private readonly subject?: string,
  ) {
    this.numbers = [...hints.numbers];
  }

  make(): unknown {
    return this.value(this.root, '', 0);
  }

  private value(given: unknown, name: string, depth: number): unknown {
    const schema = this.resolve(given, depth);
    if (schema['const'] !== undefined) return schema['const'];
    const choices: unknown = schema['enum'];
    if (Array.isArray(choices) && choices.length > 0) return this.choose(choices);
    switch (typeOf(schema)) {
      case 'object':
        return this.object(schema, depth);
      case 'array':
        return this.array(schema, name, depth);
      case 'integer':
      case 'number':
        return this.number(schema);
      case 'boolean':
        return true;
      case 'null':
        return null;
      default:
        return schemaString(schema, name, this.hints, this.subject);
    }
  }

  /** Follows references and picks a branch until a plain schema is left. */
  private resolve(given: unknown, depth: number): JsonObject {
    let schema = isObject(given) ? given : {};
    for (let hops = 0; hops < HARD_DEPTH; hops++) {
      const next = this.step(schema, depth);
      if (!next) break;
      schema = next;
    }
    return schema;
  }

  private step(schema: JsonObject, depth: number): JsonObject | undefined {
    const { $ref, allOf } = schema;
    if (typeof $ref === 'string') return asObject(resolveRef(this.root, $ref));
    if (Array.isArray(allOf)) {
      const { allOf: _, ...rest } = schema;
      return merge([rest, ...allOf.map((part) => this.resolve(part, depth))]);
    }
    const branches: unknown = schema['anyOf'] ?? schema['oneOf'];
    if (!Array.isArray(branches) || branches.length === 0) return undefined;
    const { anyOf: _any, oneOf: _one, ...rest } = schema;
    return merge([rest, asObject(this.branch(branches, depth))]);
  }

  /** Deep down, the branch that ends: null or a scalar rather than another object. */
  private branch(branches: unknown[], depth: number): unknown {
    if (depth < MAX_DEPTH) return branches.find((branch) => typeOf(asObject(branch)) !== 'null') ?? branches[0];
    return branches.find(endsHere) ?? branches[0];
  }

  private choose(choices: unknown[]): unknown {
    const text = this.hints.text.toLowerCase();
    const said = choices.find((choice) => typeof choice === 'string' && text.includes(choice.toLowerCase()));
    return said === undefined ? choices[0] : said;
  }

  private object(schema: JsonObject, depth: number): JsonObject {
    const properties = asObject(schema['properties']);
    const required = new Set<unknown>(Array.isArray(schema['required']) ? schema['required'] : []);
    const names = Object.keys(properties);
    const result: JsonObject = {};
    if (depth >= HARD_DEPTH) return result;
    for (const [index, name] of names.entries()) {
      if (required.has(name) || this.wants(properties[name], required.size === 0 && index === 0, depth)) {
        result[name] = this.value(properties[name], name, depth + 1);
      }
    }
    return result;
  }

  private wants(schema: unknown, onlyOne: boolean, depth: number): boolean {
    if (depth >= MAX_DEPTH) return false;
    return this.optional === 'all' || onlyOne || this.isMentioned(asObject(schema));
  }

  /** An optional argument is worth giving when the prompt names one of its values. */
  private isMentioned(schema: JsonObject): boolean {
    const values: unknown = schema['enum'];
    if (!Array.isArray(values)) return false;
    const text = this.hints.text.toLowerCase();
    return values.some((value) => typeof value === 'string' && text.includes(value.toLowerCase()));
  }

  private array(schema: JsonObject, name: string, depth: number): unknown[] {
    const { prefixItems, items, minItems, maxItems } = schema;
    if (Array.isArray(prefixItems)) return prefixItems.map((item) => this.value(item, name, depth + 1));
    const least = typeof minItems === 'number' ? minItems : 0;
    const most = typeof maxItems === 'number' ? maxItems : Infinity;
    const wished = depth >= MAX_DEPTH ? 0 : 2;
    // A schema that is not strict may ask for any number; the simulator must not run out of memory for it.
    const length = Math.min(Math.max(wished, least), most, MAX_ITEMS);
    return Array.from({ length }, (_, index) => {
      const subject = this.hints.names[index];
      const inner = new SchemaValue(this.root, this.hints, this.optional, subject ?? this.subject);
      return inner.item(items, name, depth + 1);
    });
  }

  /** One item of a list, made apart so that each may have a subject of its own. */
  private item(schema: unknown, name: string, depth: number): unknown {
    return this.value(schema, name, depth);
  }

  private number(schema: JsonObject): number {
    const step = finite(schema['multipleOf']) ?? (typeOf(schema) === 'integer' ? 1 : undefined);
    const low = lowest(schema, step ?? 0.5);
    const high = highest(schema, step ?? 0.5);
    const fits = (value: number) =>
      value >= low && value <= high && (step === undefined || Number.isInteger(value / step));
    const said = this.numbers.findIndex(fits);
    if (said !== -1) return this.numbers.splice(said, 1)[0] ?? 0;
    const wished = Math.min(Math.max(1, low), high);
    if (step === undefined) return wished;
    const up = Math.ceil(wished / step) * step;
    return up <= high ? up : Math.floor(high / step) * step;
  }
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** A branch without members or items of its own. */
function endsHere(branch: unknown): boolean {
  return isObject(branch) && !branch['$ref'] && !/object|array/.test(typeOf(branch));
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function lowest(schema: JsonObject, step: number): number {
  const exclusive = finite(schema['exclusiveMinimum']);
  return Math.max(finite(schema['minimum']) ?? -Infinity, exclusive === undefined ? -Infinity : exclusive + step);
}

function highest(schema: JsonObject, step: number): number {
  const exclusive = finite(schema['exclusiveMaximum']);
  return Math.min(finite(schema['maximum']) ?? Infinity, exclusive === undefined ? Infinity : exclusive - step);
}

/** The type to make: the first that is not null of a list of types, or what the keywords suggest. */
function typeOf(schema: JsonObject): string {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) {
    const names = type.filter((name) => typeof name === 'string');
    return names.find((name) => name !== 'null') ?? 'null';
  }
  if (schema['properties'] !== undefined) return 'object';
  if (schema['items'] !== undefined || schema['prefixItems'] !== undefined) return 'array';
  return schema['minimum'] !== undefined || schema['maximum'] !== undefined ? 'number' : 'string';
}

/** Joins the parts of an `allOf`: members and required names add up, other keywords are overwritten. */
function merge(parts: readonly JsonObject[]): JsonObject {
  const merged: JsonObject = {};
  const properties: JsonObject = {};
  const required: unknown[] = [];
  for (const part of parts) {
    Object.assign(merged, part);
    Object.assign(properties, part['properties']);
    if (Array.isArray(part['required'])) required.push(...part['required']);
  }
  if (Object.keys(properties).length > 0) merged['properties'] = properties;
  if (required.length > 0) merged['required'] = required;
  return merged;
}
