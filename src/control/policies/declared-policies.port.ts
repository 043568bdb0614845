import type { DeclaredPolicy, GovernanceSettings } from '../../config/file/governance/governance-settings.types.js';
import { compileExpression } from './cel/compile-expression.js';

/** An expression of the file that cannot be taken. */
export interface DeclaredExpressionProblem {
  /** As in `governance.organizations.acme.policies.night`. */
  readonly path: string;
  readonly message: string;
}

/** What is wrong in the expressions of a file, which has been checked in all else. */
export async function declaredPolicyProblems(governance: GovernanceSettings): Promise<DeclaredExpressionProblem[]> {
  const problems: DeclaredExpressionProblem[] = [];
  for (const [path, policy] of policiesOf(governance)) {
    const { error } = await compileExpression(policy.expression);
    if (!error) continue;
    const message = `line ${error.line}, column ${error.column}: ${error.message}`;
    problems.push({ path: `${path}.policies.${policy.key}.expression`, message });
  }
  return problems;
}

function* policiesOf(governance: GovernanceSettings): Generator<readonly [path: string, policy: DeclaredPolicy]> {
  for (const policy of governance.policies) yield ['governance', policy];
  for (const organization of governance.organizations) {
    const at = `governance.organizations.${organization.key}`;
    const { customers, teams, projects, users, virtualKeys: virtual_keys } = organization;
    for (const policy of organization.policies) yield [at, policy];
    for (const [group, levels] of Object.entries({ customers, teams, projects, users, virtual_keys })) {
      for (const level of levels) for (const policy of level.policies) yield [`${at}.${group}.${level.key}`, policy];
    }
  }
}
