import { isObject, type JsonObject } from './json-value.js';

/** Adds to `issues` one line for each thing that is wrong with `value`, which stands at `path`. */
export type Check = (value: unknown, path: string, issues: string[]) => void;

/** The members that an object may have; anything else is an unsupported property. */
export type Fields = Readonly<Record<string, Check>>;

/** Cerebras' own wording, which clients parse (wire.md 1.7, captured). */
export function unsupportedProperty(path: string): string {
  return `${path}: property '${path}' is unsupported`;
}

/** Accepts anything. */
export const anything: Check = () => undefined;

export const string: Check = (value, path, issues) => {
  if (typeof value !== 'string') issues.push(`${path}: Input should be a valid string`);
};

export const boolean: Check = (value, path, issues) => {
  if (typeof value !== 'boolean') issues.push(`${path}: Input should be a valid boolean`);
};

export const object: Check = (value, path, issues) => {
  if (!isObject(value)) issues.push(`${path}: Input should be a valid dictionary`);
};

/** A string of at most `max` characters that matches `pattern`. */
export function text(rule: { max?: number; pattern?: RegExp }): Check {
  return (value, path, issues) => {
    if (typeof value !== 'string') return string(value, path, issues);
    if (rule.max !== undefined && value.length > rule.max) {
      issues.push(`${path}: String should have at most ${rule.max} characters`);
    } else if (rule.pattern && !rule.pattern.test(value)) {
      issues.push(`${path}: String should match pattern '${rule.pattern.source}'`);
    }
  };
}

/** A number between both bounds, including them. */
export function number(min: number, max: number): Check {
  return (value, path, issues) => {
    if (typeof value !== 'number') issues.push(`${path}: Input should be a valid number`);
    else if (value < min) issues.push(`${path}: Input should be greater than or equal to ${min}`);
    else if (value > max) issues.push(`${path}: Input should be less than or equal to ${max}`);
  };
}

/** A whole number between both bounds, including them. */
export function integer(min = -Infinity, max = Infinity): Check {
  const range = number(min, max);
  return (value, path, issues) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) issues.push(`${path}: Input should be a valid integer`);
    else range(value, path, issues);
  };
}

/** One of a few strings. */
export function oneOf(...values: readonly string[]): Check {
  const known = new Set<unknown>(values);
  const quoted = values.map((value) => `'${value}'`);
  const names = quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}` : quoted.join('');
  return (value, path, issues) => {
    if (!known.has(value)) issues.push(`${path}: Input should be ${names}`);
  };
}

/** Also accepts null. */
export function nullable(check: Check): Check {
  return (value, path, issues) => {
    if (value !== null) check(value, path, issues);
  };
}

/** A list whose members all pass `item`. */
export function list(item: Check, bounds: { min?: number; max?: number } = {}): Check {
  return (value, path, issues) => {
    if (!Array.isArray(value)) {
      issues.push(`${path}: Input should be a valid list`);
    } else if (value.length < (bounds.min ?? 0)) {
      issues.push(`${path}: List should have at least ${bounds.min} item after validation, not ${value.length}`);
    } else if (value.length > (bounds.max ?? Infinity)) {
      issues.push(`${path}: List should have at most ${bounds.max} items after validation, not ${value.length}`);
    } else {
      for (let index = 0; index < value.length; index++) item(value[index], `${path}.${index}`, issues);
    }
  };
}

/** A string that passes `whenString`, or a list that passes `whenList`. */
export function stringOrList(whenString: Check, whenList: Check): Check {
  return (value, path, issues) => {
    if (typeof value === 'string') whenString(value, path, issues);
    else if (Array.isArray(value)) whenList(value, path, issues);
    else issues.push(`${path}: Input should be a valid string or list`);
  };
}

/** Checks the members of an object that is already known to be one. */
export function checkMembers(
  value: JsonObject,
  path: string,
  issues: string[],
  fields: Fields,
  required: string[],
): void {
  for (const key of Object.keys(value)) {
    const check = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (check) check(value[key], `${path}.${key}`, issues);
    else issues.push(unsupportedProperty(`${path}.${key}`));
  }
  for (const key of required) {
    if (value[key] === undefined) issues.push(`${path}.${key}: Field required`);
  }
}

/** An object with these members and no other. */
export function shape(fields: Fields, required: string[] = []): Check {
  return (value, path, issues) => {
    if (isObject(value)) checkMembers(value, path, issues, fields, required);
    else object(value, path, issues);
  };
}

/** An object whose member `type` (or `tag`) decides which members it may have besides. */
export function tagged(
  variants: Readonly<Record<string, { fields: Fields; required: string[] }>>,
  tag = 'type',
): Check {
  const tags = oneOf(...Object.keys(variants));
  const known = new Map<unknown, Check>(
    Object.entries(variants).map(([type, { fields, required }]) => [
      type,
      shape({ [tag]: anything, ...fields }, required),
    ]),
  );
  return (value, path, issues) => {
    if (!isObject(value)) return object(value, path, issues);
    const variant = known.get(value[tag]);
    if (variant) variant(value, path, issues);
    else tags(value[tag], `${path}.${tag}`, issues);
  };
}
