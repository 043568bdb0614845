import { isObject, type JsonObject } from './json-value.js';
import type { SandboxModel } from './sandbox-models.js';
import { badRequest } from './sandbox-refusal.js';

/** Limits of a strict schema (wire.md 1.11). */
const LIMITS = {
  depth: 10,
  properties: 500,
  enumValues: 500,
  characters: 5000,
  longEnum: 250,
  longEnumCharacters: 7500,
};

const TYPES = new Set<unknown>(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);

const SUPPORTED = new Set(
  (
    'type properties required additionalProperties items prefixItems enum const anyOf $ref $defs minimum maximum ' +
    'exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength description title $schema default'
  ).split(' '),
);

export type SchemaParam = 'response_format' | 'tools';

/** One walk over a strict schema: counts what is limited and refuses what is not supported. */
class StrictSchemaWalk {
  private readonly unsupported = new Set<string>();
  private characters = 0;
  private properties = 0;
  private enumValues = 0;

  constructor(
    private readonly root: JsonObject,
    private readonly param: SchemaParam,
    private readonly model: SandboxModel,
  ) {}

  run(): void {
    if (this.root['type'] !== 'object' || this.root['anyOf'] !== undefined) {
      this.refuse("The root of a strict schema must be of type 'object' and must not use 'anyOf'");
    }
    this.visit(this.root, 1, []);
    if (this.unsupported.size > 0) {
      const names = [...this.unsupported].map((name) => `'${name}'`).join(', ');
      this.refuse(`Unsupported JSON schema fields: {${names}}`);
    }
    this.checkLimits();
  }

  private refuse(message: string): never {
    throw badRequest(message, this.param);
  }

  private checkLimits(): void {
    const { characters, properties, enumValues } = LIMITS;
    if (this.characters > characters) {
      this.refuse(`JSON schema exceeds the maximum of ${characters} characters in names and values`);
    }
    if (this.properties > properties) this.refuse(`JSON schema exceeds the maximum of ${properties} properties`);
    if (this.enumValues > enumValues) this.refuse(`JSON schema exceeds the maximum of ${enumValues} enum values`);
  }

  /** `refs` are the references that were followed to come here: meeting one again is a recursion. */
  private visit(schema: unknown, depth: number, refs: readonly string[]): void {
    if (depth > LIMITS.depth) this.refuse(`JSON schema exceeds the maximum nesting depth of ${LIMITS.depth}`);
    if (!isObject(schema)) return this.refuse('Boolean and list schemas are not supported');
    for (const key of Object.keys(schema)) {
      if (!this.isSupported(key)) this.unsupported.add(key);
    }
    this.visitType(schema);
    this.visitValues(schema);
    this.visitObject(schema, depth, refs);
    this.visitArray(schema, depth, refs);
    this.visitBranches(schema, depth, refs);
  }

  private isSupported(key: string): boolean {
    const forQwenTools = this.param === 'tools' && this.model.id.startsWith('qwen');
    if (forQwenTools && (key === 'minLength' || key === 'maxLength')) return false;
    return SUPPORTED.has(key);
  }

  private visitType(schema: JsonObject): void {
    const { type } = schema;
    if (type === undefined) return;
    const types: unknown[] = Array.isArray(type) ? type : [type];
    if (!types.every((name) => TYPES.has(name))) this.refuse(`Unsupported JSON schema type: ${JSON.stringify(type)}`);
  }

  private visitValues(schema: JsonObject): void {
    if (schema['const'] !== undefined) this.characters += JSON.stringify(schema['const']).length;
    const values = schema['enum'];
    if (values === undefined) return;
    if (!Array.isArray(values) || values.length === 0) return this.refuse("'enum' must be a non-empty list");
    const length = values.reduce((sum: number, value: unknown) => sum + String(value).length, 0);
    this.enumValues += values.length;
    this.characters += length;
    if (values.length > LIMITS.longEnum && length > LIMITS.longEnumCharacters) {
      this.refuse(`An enum of more than ${LIMITS.longEnum} values exceeds ${LIMITS.longEnumCharacters} characters`);
    }
  }

  private visitObject(schema: JsonObject, depth: number, refs: readonly string[]): void {
    const { properties, required } = schema;
    const isObjectType = schema['type'] === 'object' || properties !== undefined;
    if (!isObjectType) return;
    if (schema['additionalProperties'] !== false) {
      this.refuse("'additionalProperties' is required to be supplied and to be false on every object");
    }
    if (!isObject(properties)) return this.refuse("An object schema needs 'properties'");
    if (Array.isArray(required)) {
      const missing: unknown = required.find((name) => typeof name !== 'string' || !Object.hasOwn(properties, name));
      if (missing !== undefined) this.refuse(`Required property ${JSON.stringify(missing)} is not in 'properties'`);
    }
    for (const [name, child] of Object.entries(properties)) {
      this.properties++;
      this.characters += name.length;
      this.visit(child, depth + 1, refs);
    }
  }

  private visitArray(schema: JsonObject, depth: number, refs: readonly string[]): void {
    const { items, prefixItems } = schema;
    if (Array.isArray(prefixItems)) {
      if (items !== false) this.refuse("'prefixItems' needs 'items: false'");
      for (const item of prefixItems) this.visit(item, depth + 1, refs);
    } else if (schema['type'] === 'array' || items !== undefined) {
      if (!isObject(items)) return this.refuse("An array schema needs 'items', which must be a schema");
      this.visit(items, depth + 1, refs);
    }
  }

  private visitBranches(schema: JsonObject, depth: number, refs: readonly string[]): void {
    const { anyOf, $defs, $ref } = schema;
    if (anyOf !== undefined) {
      if (!Array.isArray(anyOf) || anyOf.length === 0) return this.refuse("'anyOf' must be a non-empty list");
      for (const branch of anyOf) this.visit(branch, depth, refs);
    }
    if (isObject($defs)) {
      for (const [name, definition] of Object.entries($defs)) {
        this.characters += name.length;
        this.visit(definition, 1, [...refs, `#/$defs/${name}`]);
      }
    }
    if ($ref !== undefined) this.follow($ref, refs);
  }

  /** Only local definitions that do not lead back to themselves; each is visited (and counted) where it is defined. */
  private follow(ref: unknown, refs: readonly string[]): void {
    if (typeof ref !== 'string' || !ref.startsWith('#')) return this.refuse('External $ref is not supported');
    if (ref === '#' || refs.includes(ref)) return this.refuse('Recursive schemas are not supported');
    const target = resolveRef(this.root, ref);
    if (!isObject(target)) return this.refuse(`Cannot resolve $ref ${ref}`);
    for (const next of refsIn(target)) this.follow(next, [...refs, ref]);
  }
}

function refsIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(refsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => (key === '$ref' ? [child] : refsIn(child)));
}

/** The schema that a local `$ref` points to, as in `#/$defs/step`. */
export function resolveRef(root: unknown, ref: string): unknown {
  const path = ref.replace(/^#\/?/, '').split('/').filter(Boolean);
  return path.reduce<unknown>((node, segment) => {
    const key = decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~');
    return isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined;
  }, root);
}

/** Refuses a schema that Cerebras could not enforce under `strict: true` (wire.md 1.11). */
export function checkStrictSchema(schema: unknown, param: SchemaParam, model: SandboxModel): void {
  if (!isObject(schema)) throw badRequest('Boolean and list schemas are not supported', param);
  new StrictSchemaWalk(schema, param, model).run();
}
