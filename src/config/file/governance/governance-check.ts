import { nearName } from '../../../common/json/near-name.js';
import type { Pointer } from '../json-pointer.js';
import type { RawView } from '../raw-view.js';
import type { LocatedProblem } from '../source-map.js';
import { budgetProblems, limitProblems, priceProblems } from './money-check.js';
import { policyProblems } from './policy-check.js';
import { VirtualKeyCheck } from './virtual-key-check.js';

/** What may be named as what something belongs to, and where it is declared. */
const PARENTS = { customer: 'customers', team: 'teams', project: 'projects', user: 'users' } as const;

/**
 * What the schema cannot say of the section `governance`.
 * @param variables places whose text is one variable of the environment, and nothing else
 */
export function governanceProblems(governance: RawView, variables: ReadonlySet<Pointer>): LocatedProblem[] {
  const keys = new VirtualKeyCheck(variables);
  return [
    ...rulesOf(governance),
    ...valuesOf(governance.get('organizations')).flatMap((organization) => organizationProblems(organization, keys)),
  ];
}

function organizationProblems(organization: RawView, keys: VirtualKeyCheck): LocatedProblem[] {
  const groups = ['customers', 'teams', 'projects', 'users', 'virtual_keys'];
  const levels = groups.flatMap((group) => valuesOf(organization.get(group)));
  return [
    ...levelProblems(organization),
    ...levels.flatMap((level) => [...levelProblems(level), ...parentProblems(level, organization)]),
    ...emailProblems(valuesOf(organization.get('users'))),
    ...valuesOf(organization.get('virtual_keys')).flatMap((key) => keys.problemsOf(key)),
  ];
}

function levelProblems(level: RawView): LocatedProblem[] {
  return [
    ...level.get('budgets').items().flatMap(budgetProblems),
    ...level.get('rate_limits').items().flatMap(limitProblems),
    ...rulesOf(level),
  ];
}

function rulesOf(view: RawView): LocatedProblem[] {
  return [
    ...valuesOf(view.get('policies')).flatMap(policyProblems),
    ...view.get('prices').items().flatMap(priceProblems),
  ];
}

/** That what something belongs to is declared in the same organisation. */
function parentProblems(level: RawView, organization: RawView): LocatedProblem[] {
  return Object.entries(PARENTS).flatMap(([field, group]) => {
    const { text, pointer } = level.get(field);
    const names = organization
      .get(group)
      .entries()
      .map(([name]) => name);
    if (text === undefined || names.includes(text)) return [];
    const near = nearName(text, names);
    const hint = near === undefined ? `declare it in '${group}' of this organization` : `did you mean '${near}'?`;
    return [{ pointer, message: `there is no ${field} of this name: ${hint}` }];
  });
}

function emailProblems(users: readonly RawView[]): LocatedProblem[] {
  const seen = new Set<string>();
  return users.flatMap((user) => {
    const { text, pointer } = user.get('email');
    if (text === undefined) return [];
    const email = text.toLowerCase();
    const twice = seen.has(email);
    seen.add(email);
    return twice ? [{ pointer, message: 'another user of this organization has this address' }] : [];
  });
}

function valuesOf(view: RawView): RawView[] {
  return view.entries().map(([, value]) => value);
}
