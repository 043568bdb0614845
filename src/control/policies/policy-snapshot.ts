import { setImmediate } from 'node:timers/promises';
import type { KeyHolder } from '../keys/key-directory.port.js';
import { compileExpression, type CompiledExpression } from './cel/compile-expression.js';
import type { CompiledRule, RuleCounts } from './compiled-rule.js';
import { byPriority, type PolicyRule, type PolicyScope } from './policy.types.js';

const INSTALLATION = 'installation';
/** Rules that are compiled between two turns of the event loop. */
const BATCH = 32;

/** All rules that are enabled, compiled, by what they bind. Immutable: a call is decided by one. */
export class PolicySnapshot {
  static readonly EMPTY = new PolicySnapshot(new Map(), [], new Map());

  private constructor(
    private readonly byScope: ReadonlyMap<string, readonly CompiledRule[]>,
    /** All headers that any rule looks at. */
    readonly headers: readonly string[],
    private readonly byId: ReadonlyMap<string, CompiledRule>,
  ) {}

  /**
   * @param before takes over what did not change: compiled expressions, and counts
   * @param report hears of stored rules that cannot be compiled any more
   */
  static async of(
    rules: readonly PolicyRule[],
    before: PolicySnapshot,
    report: (rule: PolicyRule, reason: string) => void,
  ): Promise<PolicySnapshot> {
    const byScope = new Map<string, CompiledRule[]>();
    const byId = new Map<string, CompiledRule>();
    const headers = new Set<string>();
    for (const [index, rule] of rules
      .filter(({ enabled }) => enabled)
      .toSorted(byPriority)
      .entries()) {
      if (index % BATCH === BATCH - 1) await setImmediate();
      const known = before.byId.get(rule.id);
      const expression = await expressionOf(rule, known, report);
      for (const header of expression?.headers ?? []) headers.add(header);
      const compiled = ready(rule, expression, known?.counts ?? { matched: 0, errors: 0 });
      byId.set(rule.id, compiled);
      const scope = scopeKey(rule.organizationId, rule.scope, rule.scopeId);
      const others = byScope.get(scope);
      if (others) others.push(compiled);
      else byScope.set(scope, [compiled]);
    }
    return new PolicySnapshot(byScope, [...headers], byId);
  }

  countsOf(id: string): RuleCounts | undefined {
    return this.byId.get(id)?.counts;
  }

  has(holder: KeyHolder | undefined): boolean {
    if (this.byScope.size === 0) return false;
    if (this.byScope.has(INSTALLATION)) return true;
    return (
      holder?.levels.some(({ level, id }) => this.byScope.has(scopeKey(holder.organizationId, level, id))) ?? false
    );
  }

  /** The rules of one group of scopes that bind a call, in the order in which they are asked. */
  *rulesFor(holder: KeyHolder | undefined, group: readonly PolicyScope[]): Generator<CompiledRule> {
    for (const scope of group) {
      const id = holder?.levels.find(({ level }) => level === scope)?.id;
      if (scope !== INSTALLATION && id === undefined) continue;
      const rules = this.byScope.get(scopeKey(holder?.organizationId ?? null, scope, id ?? null));
      if (rules) yield* rules;
    }
  }
}

/** An id of another organisation's entity finds nothing here, however the rule came to have it. */
function scopeKey(organizationId: string | null, scope: PolicyScope, id: string | null): string {
  return scope === INSTALLATION ? INSTALLATION : `${organizationId}/${scope}/${id}`;
}

async function expressionOf(
  rule: PolicyRule,
  known: CompiledRule | undefined,
  report: (rule: PolicyRule, reason: string) => void,
): Promise<CompiledExpression | undefined> {
  if (known?.expression && known.rule.expression === rule.expression) return known.expression;
  const { expression, error } = await compileExpression(rule.expression);
  if (error) report(rule, error.message);
  return expression;
}

function ready(rule: PolicyRule, expression: CompiledExpression | undefined, counts: RuleCounts): CompiledRule {
  const { id, name, effect, dryRun } = rule;
  return { rule, expression, counts, match: { id, name, effect, dryRun } };
}
