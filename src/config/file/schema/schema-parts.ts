/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

interface Range {
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
}

/** Longest time that a setting may be: a day. */
const MAX_MS = 86_400_000;

/** A mapping that has these fields and no others. */
export function fields(
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  return {
    description,
    type: 'object',
    additionalProperties: false,
    ...(required.length > 0 && { required }),
    properties,
  };
}

/** A mapping from names to `value`. */
export function named(description: string, names: JsonSchema, value: JsonSchema): JsonSchema {
  return { description, type: 'object', propertyNames: names, additionalProperties: value };
}

/** A time in whole milliseconds. */
export function milliseconds(description: string, byDefault: number, min = 1): JsonSchema {
  return whole(`${description} Milliseconds.`, byDefault, { min, max: MAX_MS });
}

export function whole(description: string, byDefault: number | undefined, range: Range): JsonSchema {
  return { description, type: 'integer', ...limits(range), ...(byDefault !== undefined && { default: byDefault }) };
}

export function decimal(description: string, byDefault: number, range: Range): JsonSchema {
  return { description, type: 'number', ...limits(range), default: byDefault };
}

export function toggle(description: string, byDefault: boolean): JsonSchema {
  return { description, type: 'boolean', default: byDefault };
}

export function oneOf(description: string, values: readonly string[], byDefault?: string): JsonSchema {
  return { description, type: 'string', enum: values, ...(byDefault !== undefined && { default: byDefault }) };
}

export function text(description: string, rules: JsonSchema = {}): JsonSchema {
  return { description, type: 'string', minLength: 1, ...rules };
}

function limits({ min, above, max }: Range): JsonSchema {
  return {
    ...(min !== undefined && { minimum: min }),
    ...(above !== undefined && { exclusiveMinimum: above }),
    ...(max !== undefined && { maximum: max }),
  };
}
