import { matchesPattern } from '../../config/file/model-pattern.js';
import type { CompiledExpression } from './cel/compile-expression.js';
import type { CelContext } from './cel/facts-context.js';
import type { MatchedRule, PolicyFacts } from './policies.port.js';
import type { PolicyRule } from './policy.types.js';

/** What a rule has done on this node since it started, or since the rule was made. */
export interface RuleCounts {
  matched: number;
  errors: number;
}

type ModelNames = Pick<PolicyFacts, 'model' | 'provider' | 'target'>;

/** What a rule says of a request. */
export type Verdict = 'match' | 'no_match' | 'error';

/** A rule that is ready to be asked. */
export interface CompiledRule {
  readonly rule: PolicyRule;
  readonly match: MatchedRule;
  /** Undefined when the stored expression is not taken any more, which is an error each time. */
  readonly expression: CompiledExpression | undefined;
  readonly counts: RuleCounts;
}

/**
 * Whether a rule is about a model at all; its patterns are tried on `provider/model` and on the model alone, of the name
 * that the caller uses and of the upstream model that is to be asked.
 */
export function concerns({ models }: PolicyRule, { model, provider, target }: ModelNames): boolean {
  if (models.length === 0) return true;
  const bare = model.slice(model.indexOf('/') + 1);
  return models.some(
    (pattern) =>
      matchesPattern(pattern, model) ||
      matchesPattern(pattern, bare) ||
      (provider !== undefined && matchesPattern(pattern, `${provider}/${model}`)) ||
      (target !== undefined &&
        (matchesPattern(pattern, target) || matchesPattern(pattern, `${provider ?? ''}/${target}`))),
  );
}

/** What an expression says; an error is told to whoever wants to hear it. */
export function judge(
  expression: CompiledExpression | undefined,
  context: CelContext,
  onError: (error: unknown) => void,
): Verdict {
  try {
    if (!expression) throw new Error('the stored expression is not valid any more');
    return expression.evaluate(context) ? 'match' : 'no_match';
  } catch (error) {
    onError(error);
    return 'error';
  }
}

/** An error closes: who is to be refused or bounded is, and nothing is opened or sent elsewhere. */
export function holds({ effect }: PolicyRule, verdict: Verdict): boolean {
  return verdict === 'match' || (verdict === 'error' && (effect === 'deny' || effect === 'cap'));
}
