import { type CelContext, contextOf } from './cel/facts-context.js';
import { type CompiledRule, concerns, holds, judge, type RuleCounts } from './compiled-rule.js';
import type { MatchedRule, PolicyDecision, PolicyFacts } from './policies.port.js';
import type { PolicySnapshot } from './policy-snapshot.js';
import { ASKED, CAPS, type Caps, type PolicyRule } from './policy.types.js';

/** What is answered to a call that no rule matched. */
export const NO_RULE: PolicyDecision = Object.freeze({ rule: undefined, effect: 'allow', caps: Object.freeze({}) });

/**
 * Asks the rules that bind a call one after the other: those of the installation until one allows or denies, then those
 * of whom the key belongs to. A model that a rule sends the call to has to pass the same rules as one that was asked for.
 * @param report hears of each error of a rule
 */
export function decide(
  snapshot: PolicySnapshot,
  facts: PolicyFacts,
  report: (rule: CompiledRule, error: unknown) => void,
): PolicyDecision {
  const outcome = new Outcome();
  ask(snapshot, { ...facts, provider: facts.provider ?? providerIn(facts.model) }, outcome, report);
  const { routeTo } = outcome;
  if (routeTo !== undefined && !outcome.isDenied) {
    outcome.isRouted = true;
    ask(snapshot, { ...facts, model: routeTo, provider: providerIn(routeTo) }, outcome, report);
  }
  return outcome.decision();
}

/** The provider that a name of a model begins with. */
function providerIn(model: string): string | undefined {
  const slash = model.indexOf('/');
  return slash > 0 ? model.slice(0, slash) : undefined;
}

function ask(
  snapshot: PolicySnapshot,
  facts: PolicyFacts,
  outcome: Outcome,
  report: (rule: CompiledRule, error: unknown) => void,
): void {
  let context: CelContext | undefined;
  for (const group of ASKED) {
    for (const compiled of snapshot.rulesFor(facts.holder, group)) {
      if (!concerns(compiled.rule, facts)) continue;
      context ??= contextOf(facts, snapshot.headers);
      const verdict = judge(compiled.expression, context, (error) => report(compiled, error));
      if (holds(compiled.rule, verdict) && outcome.take(compiled)) break;
    }
    if (outcome.isDenied) return;
  }
}

/** What the rules that matched make of a call together. */
class Outcome {
  routeTo: string | undefined;
  /** Whether the rules are asked for the second time, about the model that one of them chose. */
  isRouted = false;
  private decisive: PolicyRule | undefined;
  private caps: Record<string, number> | undefined;
  private matched: MatchedRule[] | undefined;

  get isDenied(): boolean {
    return this.decisive?.effect === 'deny';
  }

  /** @returns whether the rule decides, so that no other of its group is asked */
  take({ rule, match, counts }: CompiledRule): boolean {
    this.note(match, counts);
    if (rule.dryRun) return false;
    switch (rule.effect) {
      case 'route_to':
        if (!this.isRouted) this.routeTo ??= rule.targetModel ?? undefined;
        return false;
      case 'cap':
        this.cap(rule.caps);
        return false;
      default:
        this.decisive = rule;
        return true;
    }
  }

  decision(): PolicyDecision {
    if (!this.matched) return NO_RULE;
    return {
      ...verdictOf(this.decisive),
      ...(this.routeTo !== undefined && { routeTo: this.routeTo }),
      caps: this.caps ?? NO_RULE.caps,
      matched: this.matched,
    };
  }

  private note(match: MatchedRule, counts: RuleCounts): void {
    this.matched ??= [];
    if (this.isRouted && this.matched.includes(match)) return;
    counts.matched += 1;
    this.matched.push(match);
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
