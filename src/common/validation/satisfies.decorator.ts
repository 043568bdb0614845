import { ValidateBy } from 'class-validator';
import type { ErrorCode } from '../errors/error-table.js';

/** What is wrong with one field of a request. */
export interface Violation {
  /** Path of the field, as in `messages[2].content`. */
  param: string;
  message: string;
  code: ErrorCode;
}

/** Looks at one value, however large, in one pass; `param` is the value's own path. */
export type Check = (value: unknown, param: string) => Violation | undefined;

/**
 * Validates a property by a function that names the exact field that is wrong. Large members such as
 * `messages` use it instead of nested DTOs, which cost a copy and a walk of class-validator per message.
 */
export function Satisfies(check: Check): PropertyDecorator {
  return ValidateBy({
    name: 'satisfies',
    constraints: [check],
    validator: {
      validate: (value, args) => check(value, args?.property ?? '') === undefined,
      defaultMessage: (args) => (args && check(args.value, args.property)?.message) ?? '',
    },
  });
}

export function isCheck(constraint: unknown): constraint is Check {
  return typeof constraint === 'function';
}
