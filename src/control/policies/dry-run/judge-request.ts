import { EvaluationError } from '@marcbachmann/cel-js';
import type { CompiledExpression } from '../cel/compile-expression.js';
import { concerns, holds, judge } from '../compiled-rule.js';
import type { PolicyRule } from '../policy.types.js';
import type { RecentRequest } from '../recent-requests.port.js';
import { recordedContext } from './recorded-context.js';

/** What a rule would have done to a request. */
export type Judgement = 'hit' | 'miss' | 'unknown' | 'hit_by_error';

/** Codes of cel-js for a variable, or a field of one, that has no value. */
const UNKNOWN = new Set(['unknown_variable', 'no_such_key']);

/**
 * Evaluates a rule as it would have been. Something unknown is an error in CEL, which `&&` and `||` absorb where the
 * other side decides: so only what really depends on it is unknown.
 */
export function judgeRequest(rule: PolicyRule, expression: CompiledExpression, request: RecentRequest): Judgement {
  if (!concerns(rule, request)) return 'miss';
  let unknown = false;
  const verdict = judge(expression, recordedContext(request), (error) => {
    unknown = error instanceof EvaluationError && UNKNOWN.has(error.code);
  });
  if (verdict === 'match') return 'hit';
  if (unknown) return 'unknown';
  return holds(rule, verdict) ? 'hit_by_error' : 'miss';
}
