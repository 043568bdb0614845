import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { type Check, Satisfies, type Violation } from './satisfies.decorator.js';
import { longArray, longString, wrongType, wrongValue } from './violations.js';

export interface TextsRules {
  /** Longest list. */
  readonly max?: number;
  /** Longest text. */
  readonly length?: number;
  /** The only texts that are allowed. */
  readonly of?: readonly string[];
  /** What a text has to be, beyond not being empty, and how a message names it. */
  readonly each?: { readonly test: (text: string) => boolean; readonly what: string };
}

/** A list of texts that are not empty. */
export function Texts(rules: TextsRules = {}): PropertyDecorator {
  const items = { type: 'string' as const, ...(rules.of && { enum: [...rules.of] }) };
  return applyDecorators(ApiPropertyOptional({ type: 'array', items }), Satisfies(texts(rules)));
}

function texts(rules: TextsRules): Check {
  const { max = 1_000 } = rules;
  return (value, param) => {
    if (!Array.isArray(value)) return wrongType(param, 'an array of strings', value);
    if (value.length > max) return longArray(param, max, value.length);
    for (const [index, item] of value.entries()) {
      const violation = checkText(rules, item, `${param}[${index}]`);
      if (violation) return violation;
    }
    return undefined;
  };
}

function checkText({ length = 200, of, each }: TextsRules, item: unknown, path: string): Violation | undefined {
  if (typeof item !== 'string' || item === '') return wrongType(path, 'a string that is not empty', item);
  if (item.length > length) return longString(path, length, item.length);
  if (of && !of.includes(item)) return wrongValue(path, item, of);
  if (!each || each.test(item)) return undefined;
  return { param: path, code: 'invalid_value', message: `Invalid '${path}': it must be ${each.what}.` };
}
