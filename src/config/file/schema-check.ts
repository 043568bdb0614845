import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { isRecord } from '../../common/json/is-record.js';
import { below, type Pointer } from './json-pointer.js';
import { nearName } from '../../common/json/near-name.js';
import type { RawSettings } from './raw-settings.types.js';
import { PATTERN_HINTS } from './schema/patterns.js';
import { GOVERNANCE_PARTS, GOVERNANCE_SCHEMA } from './governance/governance.schema.js';
import type { JsonSchema } from './schema/schema-parts.js';
import { SETTINGS_SCHEMA } from './schema/settings.schema.js';
import type { LocatedProblem } from './source-map.js';

const GOVERNANCE = 'governance';

let compiled: ValidateFunction<RawSettings> | undefined;
let compiledGovernance: ValidateFunction | undefined;

function compile<T>(schema: JsonSchema): ValidateFunction<T> {
  return new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true, inlineRefs: false }).compile<T>(schema);
}

/** Compiled when first needed: a gateway without a file does without. */
function validator(): ValidateFunction<RawSettings> {
  compiled ??= compile<RawSettings>(withoutGovernance());
  return compiled;
}

/** Compiled by itself, because it takes longer than all others together and most files have no such section. */
function governanceValidator(): ValidateFunction {
  compiledGovernance ??= compile({ $defs: GOVERNANCE_PARTS, ...GOVERNANCE_SCHEMA });
  return compiledGovernance;
}

function withoutGovernance(): JsonSchema {
  const { properties } = SETTINGS_SCHEMA;
  return { ...SETTINGS_SCHEMA, properties: { ...(isRecord(properties) && properties), [GOVERNANCE]: true }, $defs: {} };
}

/** Whether the content has the form that the schema asks for. */
export function fitsSchema(data: unknown): data is RawSettings {
  return errorsOf(data).length === 0;
}

/** What in the content does not have the form that the schema asks for. */
export function schemaProblems(data: unknown): LocatedProblem[] {
  // `propertyNames` only repeats that the rule for a name, reported by itself, was broken.
  return errorsOf(data)
    .filter(({ keyword }) => keyword !== 'propertyNames')
    .map((error) => problemOf(error));
}

function errorsOf(data: unknown): ErrorObject[] {
  const validate = validator();
  const errors = validate(data) ? [] : (validate.errors ?? []);
  if (!isRecord(data) || !(GOVERNANCE in data)) return errors;
  const section = governanceValidator();
  if (section(data[GOVERNANCE])) return errors;
  const own = section.errors ?? [];
  for (const error of own) error.instancePath = `/${GOVERNANCE}${error.instancePath}`;
  return [...errors, ...own];
}

function problemOf(error: ErrorObject): LocatedProblem {
  const { instancePath, keyword, propertyName } = error;
  if (propertyName !== undefined) {
    return { pointer: below(instancePath, propertyName), message: `the name ${textOf(error)}`, onKey: true };
  }
  if (keyword === 'additionalProperties') return unknownField(error);
  if (keyword === 'required') {
    const name = String(error.params['missingProperty']);
    return { pointer: instancePath, message: `the field '${name}' is missing: add it` };
  }
  return { pointer: instancePath, message: textOf(error) };
}

function unknownField(error: ErrorObject): LocatedProblem {
  const name = String(error.params['additionalProperty']);
  const known = isRecord(error.parentSchema?.['properties']) ? Object.keys(error.parentSchema['properties']) : [];
  const near = nearName(name, known);
  const message =
    near === undefined ? `unknown field; known are: ${known.join(', ')}` : `unknown field: did you mean '${near}'?`;
  // `- { name: main, csk-… }` makes the key the name of a field.
  const nameless = near === undefined && KEY_OBJECT.test(error.instancePath);
  return { pointer: below(error.instancePath, name), message, onKey: true, nameless };
}

const KEY_OBJECT = /\/keys\/\d+$|\/virtual_keys\/[^/]+$/;

type Words = (params: Record<string, unknown>, error: ErrorObject) => string;

/** What is wrong, by the schema's keyword. The value itself is never quoted. */
const WORDS: Readonly<Record<string, Words>> = {
  type: ({ type }, { data }) => `must be ${typeNames(type)}, but is ${nameOfValue(data)}`,
  enum: ({ allowedValues }) => `must be one of: ${Array.isArray(allowedValues) ? allowedValues.join(', ') : ''}`,
  const: ({ allowedValue }) => `must be ${String(allowedValue)}`,
  minimum: ({ limit }) => `must be at least ${String(limit)}`,
  maximum: ({ limit }) => `must be at most ${String(limit)}`,
  exclusiveMinimum: ({ limit }) => `must be greater than ${String(limit)}`,
  minLength: () => 'must not be empty',
  maxLength: ({ limit }) => `must have at most ${String(limit)} characters`,
  minItems: () => 'must have at least one entry',
  maxItems: ({ limit }) => `must have at most ${String(limit)} entries`,
  minProperties: () => 'must have at least one entry',
  uniqueItems: ({ i, j }) => `entries ${Number(j) + 1} and ${Number(i) + 1} are the same: remove one`,
  pattern: ({ pattern }) => PATTERN_HINTS[String(pattern)] ?? 'has the wrong form',
};

function textOf(error: ErrorObject): string {
  const params: Record<string, unknown> = error.params;
  return WORDS[error.keyword]?.(params, error) ?? 'has the wrong form';
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of fields',
  null: 'null',
};

function typeNames(type: unknown): string {
  const names: readonly unknown[] = Array.isArray(type) ? type : [type];
  return names.map((name) => TYPE_NAMES[String(name)] ?? String(name)).join(' or ');
}

function nameOfValue(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'a number with a fraction';
  return TYPE_NAMES[typeof value] ?? typeof value;
}

/** Adds to problems of type at filled-in places that the environment gives texts only. */
export function explainFilled(problem: LocatedProblem, filled: ReadonlySet<Pointer>): LocatedProblem {
  if (!filled.has(problem.pointer) || !problem.message.endsWith('but is a text')) return problem;
  return { ...problem, message: `${problem.message}: the environment gives texts only, so write the value here` };
}
