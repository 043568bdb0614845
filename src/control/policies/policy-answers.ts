import type { Compilation } from './cel/compile-expression.js';
import { FUNCTIONS } from './cel/functions.js';
import { VARIABLES } from './cel/variables.js';
import type { RuleCounts } from './compiled-rule.js';
import type { ExpressionCheckDto } from './dto/expression-check.dto.js';
import type { PolicyDto } from './dto/policy.dto.js';
import type { PolicyRule } from './policy.types.js';

export function toDto(rule: PolicyRule, counts: RuleCounts | undefined): PolicyDto {
  return {
    id: rule.id,
    object: 'policy',
    organization_id: rule.organizationId,
    managed_by: rule.managedBy,
    name: rule.name,
    description: rule.description,
    expression: rule.expression,
    effect: rule.effect,
    target_model: rule.targetModel,
    caps: rule.caps,
    message: rule.message,
    scope: rule.scope,
    scope_id: rule.scopeId,
    priority: rule.priority,
    enabled: rule.enabled,
    dry_run: rule.dryRun,
    models: [...rule.models],
    statistics: counts ? { ...counts } : null,
    created_at: rule.createdAt.toISOString(),
    updated_at: rule.updatedAt.toISOString(),
  };
}

export function toCheck({ expression, error }: Compilation): ExpressionCheckDto {
  return {
    object: 'policy.check',
    valid: expression !== undefined,
    error: error ? { message: error.message, line: error.line, column: error.column, offset: error.offset } : null,
    variables_used: [...(expression?.variables ?? [])],
    headers_used: [...(expression?.headers ?? [])],
    cost: expression?.cost ?? null,
    variables: VARIABLES.map(({ name, type, description }) => ({ name, type, description })),
    functions: [...FUNCTIONS].map(([name, { example, note }]) => ({ name, example, note })),
  };
}
