import { GatewayError } from '../../common/errors/gateway-error.js';
import { missing, wrongType } from '../../common/validation/violations.js';
import { compileExpression } from './cel/compile-expression.js';
import type { CreatePolicyDto } from './dto/create-policy.dto.js';
import type { PolicyFieldsDto } from './dto/policy-fields.dto.js';
import type { UpdatePolicyDto } from './dto/update-policy.dto.js';
import { refused } from './policy-query.js';
import { capsOf } from './policy-rows.js';
import type { PolicyRule } from './policy.types.js';

/** What a rule says, without whose it is. */
export type PolicyTerms = Omit<
  PolicyRule,
  'id' | 'organizationId' | 'scope' | 'scopeId' | 'managedBy' | 'createdAt' | 'updatedAt'
>;

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
    if (body[field] === null) throw refused(wrongType(field, 'a string', null));
  }
  return { ...rule, name, expression, effect, ...given(body) };
}

function given(body: PolicyFieldsDto): Partial<PolicyTerms> {
  const { description, target_model: targetModel, caps, message, priority, enabled, dry_run: dryRun, models } = body;
  const terms: Partial<PolicyTerms> = {
    ...(description !== undefined && { description: description ?? DEFAULTS.description }),
    ...(targetModel !== undefined && { targetModel }),
    ...(caps !== undefined && { caps: capsOf(caps) }),
    ...(message !== undefined && { message }),
    ...(priority !== undefined && { priority: priority ?? DEFAULTS.priority }),
    ...(enabled !== undefined && { enabled: enabled ?? DEFAULTS.enabled }),
    ...(dryRun !== undefined && { dryRun: dryRun ?? DEFAULTS.dryRun }),
    ...(models !== undefined && { models: models ?? DEFAULTS.models }),
  };
  return terms;
}

/** @throws GatewayError (400) when the parts of a rule do not fit each other, or its expression cannot be taken */
export async function assertSound(terms: PolicyTerms): Promise<void> {
  assertFits(terms);
  const { error } = await compileExpression(terms.expression);
  if (!error) return;
  const place = `line ${error.line}, column ${error.column}`;
  throw new GatewayError('invalid_value', `Invalid 'expression', ${place}: ${error.message}.`, {
    param: 'expression',
    details: { line: error.line, column: error.column, offset: error.offset },
  });
}

function assertFits({ effect, targetModel, caps, message }: PolicyTerms): void {
  const bounds = Object.keys(caps).length;
  if (effect === 'route_to' && targetModel === null) throw refused(missing('target_model'));
  if (effect === 'cap' && bounds === 0) throw refused(missing('caps'));
  if (effect !== 'route_to' && targetModel !== null) throw useless('target_model', 'route_to');
  if (effect !== 'cap' && bounds > 0) throw useless('caps', 'cap');
  if (effect !== 'deny' && message !== null) throw useless('message', 'deny');
}

function useless(param: string, effect: string): GatewayError {
  return new GatewayError('invalid_value', `'${param}' is for the effect '${effect}' only.`, { param });
}
