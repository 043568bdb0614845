import { GatewayError } from '../../common/errors/gateway-error.js';
import { missing, wrongType } from '../../common/validation/violations.js';
import { compileExpression, type ExpressionError } from './cel/compile-expression.js';
import type { CreatePolicyDto } from './dto/create-policy.dto.js';
import type { PolicyFieldsDto } from './dto/policy-fields.dto.js';
import type { UpdatePolicyDto } from './dto/update-policy.dto.js';
import { invalid } from '../../common/validation/invalid.js';
import { capsOf } from './policy-rows.js';
import type { PolicyRule } from './policy.types.js';

/** What a rule says, without whose it is. */
export type PolicyTerms = Omit<
  PolicyRule,
  'id' | 'organizationId' | 'scope' | 'scopeId' | 'managedBy' | 'createdAt' | 'updatedAt'
>;

type PolicyFields = { readonly [K in keyof typeof DEFAULTS]: (typeof DEFAULTS)[K] | undefined };

const DEFAULTS: Omit<PolicyTerms, 'name' | 'expression' | 'effect'> = {
  description: '',
  targetModel: null,
  caps: {},
  message: null,
  priority: 100,
  enabled: true,
  dryRun: false,
  models: [],
};

export function termsOf(body: CreatePolicyDto): PolicyTerms {
  const { name, expression, effect } = body;
  return { ...DEFAULTS, name, expression, effect, ...given(body) };
}

/** The terms as they are after a change. Null clears what may be empty. */
export function changed(rule: PolicyRule, body: UpdatePolicyDto): PolicyRule {
  const { name = rule.name, expression = rule.expression, effect = rule.effect } = body;
  for (const field of ['name', 'expression', 'effect'] as const) {
    if (body[field] === null) throw invalid(wrongType(field, 'a string', null));
  }
  return { ...rule, name, expression, effect, ...given(body) };
}

/** Null stands for the default, which of most is to be empty. */
function given(body: PolicyFieldsDto): Partial<PolicyTerms> {
  const all: PolicyFields = {
    description: orDefault('description', body.description),
    targetModel: body.target_model,
    caps: body.caps === undefined ? undefined : capsOf(body.caps),
    message: body.message,
    priority: orDefault('priority', body.priority),
    enabled: orDefault('enabled', body.enabled),
    dryRun: orDefault('dryRun', body.dry_run),
    models: orDefault('models', body.models),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function orDefault<K extends keyof typeof DEFAULTS, T>(
  name: K,
  value: T | null | undefined,
): T | (typeof DEFAULTS)[K] | undefined {
  return value === null ? DEFAULTS[name] : value;
}

/** @throws GatewayError (400) when the parts of a rule do not fit each other, or its expression cannot be taken */
export async function assertSound(terms: PolicyTerms): Promise<void> {
  assertFits(terms);
  const { error } = await compileExpression(terms.expression);
  if (error) throw unsound(error);
}

/** An expression that cannot be taken, with its place. */
export function unsound({ message, line, column, offset }: ExpressionError): GatewayError {
  const place = `line ${line}, column ${column}`;
  return new GatewayError('invalid_value', `Invalid 'expression', ${place}: ${message}.`, {
    param: 'expression',
    details: { line, column, offset },
  });
}

/** The one effect that a field belongs to. */
const BELONGS = { target_model: 'route_to', caps: 'cap', message: 'deny' } as const;

function assertFits({ effect, targetModel, caps, message }: PolicyTerms): void {
  const has = { target_model: targetModel !== null, caps: Object.keys(caps).length > 0, message: message !== null };
  for (const field of ['target_model', 'caps', 'message'] as const) {
    if (has[field] && BELONGS[field] !== effect) throw useless(field, BELONGS[field]);
    if (!has[field] && BELONGS[field] === effect && field !== 'message') throw invalid(missing(field));
  }
}

function useless(param: string, effect: string): GatewayError {
  return new GatewayError('invalid_value', `'${param}' is for the effect '${effect}' only.`, { param });
}
