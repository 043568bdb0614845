import type { RawView } from '../raw-view.js';
import type { LocatedProblem } from '../source-map.js';

/** The one effect that a field belongs to, and whether that effect needs it. */
const FIELDS = [
  { field: 'target_model', effect: 'route_to', needed: true },
  { field: 'caps', effect: 'cap', needed: true },
  { field: 'message', effect: 'deny', needed: false },
] as const;

/** That the parts of a rule fit each other. Its expression is checked by whoever knows CEL. */
export function policyProblems(policy: RawView): LocatedProblem[] {
  const effect = policy.get('effect').text;
  if (effect === undefined) return [];
  return FIELDS.flatMap(({ field, effect: own, needed }) => {
    const view = policy.get(field);
    const given = field === 'caps' ? view.entries().length > 0 : view.value !== undefined;
    if (given && own !== effect) return [{ pointer: view.pointer, message: `is for the effect '${own}' only` }];
    if (given || !needed || own !== effect) return [];
    return [{ pointer: policy.pointer, message: `the effect '${own}' needs the field '${field}': add it` }];
  });
}
