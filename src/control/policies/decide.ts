import { type CelContext, contextOf } from './cel/facts-context.js';
import { type CompiledRule, concerns, holds, judge } from './compiled-rule.js';
import type { MatchedRule, PolicyDecision, PolicyFacts } from './policies.port.js';
import type { PolicySnapshot } from './policy-snapshot.js';
import { CAPS, type Caps, type PolicyRule } from './policy.types.js';

/** What is answered to a call that no rule matched. */
export const NO_RULE: PolicyDecision = Object.freeze({ rule: undefined, effect: 'allow', caps: Object.freeze({}) });

/**
 * Asks the rules that bind a call one after the other, until one allows or denies.
 * @param report hears of each error of a rule
 */
export function decide(
  snapshot: PolicySnapshot,
  facts: PolicyFacts,
  report: (rule: CompiledRule, error: unknown) => void,
): PolicyDecision {
  const outcome = new Outcome();
  let context: CelContext | undefined;
  for (const compiled of snapshot.rulesFor(facts.holder)) {
    if (!concerns(compiled.rule, facts.model, facts.provider)) continue;
    context ??= contextOf(facts, snapshot.headers);
    const verdict = judge(compiled.expression, context, (error) => report(compiled, error));
    if (holds(compiled.rule, verdict) && outcome.take(compiled)) break;
  }
  return outcome.decision();
}

/** What the rules that matched make of a call together. */
class Outcome {
  private decisive: CompiledRule | undefined;
  private routeTo: string | undefined;
  private caps: Record<string, number> | undefined;
  private matched: MatchedRule[] | undefined;

  /** @returns whether the rule decides, so that no other is asked */
  take(compiled: CompiledRule): boolean {
    const { rule, match, counts } = compiled;
    counts.matched += 1;
    (this.matched ??= []).push(match);
    if (rule.dryRun) return false;
    switch (rule.effect) {
      case 'route_to':
        this.routeTo ??= rule.targetModel ?? undefined;
        return false;
      case 'cap':
        this.cap(rule.caps);
        return false;
      default:
        this.decisive = compiled;
        return true;
    }
  }

  decision(): PolicyDecision {
    if (!this.matched) return NO_RULE;
    return {
      ...verdictOf(this.decisive?.rule),
      ...(this.routeTo !== undefined && { routeTo: this.routeTo }),
      caps: this.caps ?? NO_RULE.caps,
      matched: this.matched,
    };
  }

  private cap(bounds: Caps): void {
    const caps = (this.caps ??= {});
    for (const name of CAPS) {
      const bound = bounds[name];
      if (bound !== undefined) caps[name] = Math.min(bound, caps[name] ?? Infinity);
    }
  }
}

function verdictOf(rule: PolicyRule | undefined): Pick<PolicyDecision, 'rule' | 'effect' | 'message'> {
  if (!rule) return { rule: undefined, effect: 'allow' };
  const decisive = { id: rule.id, name: rule.name };
  if (rule.effect === 'allow') return { rule: decisive, effect: 'allow' };
  return { rule: decisive, effect: 'deny', ...(rule.message !== null && { message: rule.message }) };
}
