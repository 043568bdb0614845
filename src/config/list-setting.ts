import { ValidateBy } from 'class-validator';

/** The parts of a setting that lists several values, without the blanks around them. */
export function listOf(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Validates each part of a list; `what` describes the parts. */
export function IsListOf(what: string, isPart: (part: string) => boolean): PropertyDecorator {
  return ValidateBy({
    name: 'isListOf',
    validator: {
      validate: (value) => typeof value === 'string' && listOf(value).every(isPart),
      defaultMessage: (args) => `${args?.property ?? ''} must be a comma-separated list of ${what}`,
    },
  });
}
