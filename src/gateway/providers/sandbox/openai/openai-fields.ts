import { isObject, type JsonObject } from '../json-value.js';
import { missing, unknownParameter, wrongType, wrongValue } from './openai-refusal.js';

/** Looks at a parameter that is there. @throws OpenAiRefusal */
export type Rule = (value: unknown, name: string) => void;

export interface Rules {
  readonly required?: readonly string[];
  readonly fields: Readonly<Record<string, Rule>>;
}

export const anything: Rule = () => undefined;

export const string: Rule = (value, name) => {
  if (typeof value !== 'string') throw wrongType(name, 'a string');
};

export const boolean: Rule = (value, name) => {
  if (typeof value !== 'boolean') throw wrongType(name, 'a boolean');
};

export function number(min: number, max: number): Rule {
  return (value, name) => {
    if (typeof value !== 'number') throw wrongType(name, 'a number');
    if (value < min || value > max)
      throw wrongValue(name, `Invalid '${name}': expected a value from ${min} to ${max}.`);
  };
}

export function integer(min: number, max: number): Rule {
  const range = number(min, max);
  return (value, name) => {
    if (!Number.isInteger(value)) throw wrongType(name, 'an integer');
    range(value, name);
  };
}

export function oneOf(...values: readonly string[]): Rule {
  return (value, name) => {
    if (typeof value === 'string' && values.includes(value)) return;
    throw wrongValue(name, `Invalid value: '${String(value)}'. Supported values are: ${values.join(', ')}.`);
  };
}

/** A request's body, every member of which is known. @throws OpenAiRefusal */
export function check(body: unknown, { required = [], fields }: Rules): JsonObject {
  if (!isObject(body)) throw wrongType('body', 'an object');
  for (const name of required) if (body[name] === undefined || body[name] === null) throw missing(name);
  for (const [name, value] of Object.entries(body)) {
    const rule = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!rule) throw unknownParameter(name);
    if (value !== null) rule(value, name);
  }
  return body;
}
