import { PATTERNS } from '../schema/patterns.js';
import { decimal, fields, type JsonSchema, named, oneOf, text, toggle, whole } from '../schema/schema-parts.js';
import { DECIMAL_CAPS, POLICY_EFFECTS, WHOLE_CAPS } from './governance-values.js';
import { texts } from './key-terms.schema.js';

const bound = (name: string, max: number): [string, JsonSchema] => {
  const { default: _none, ...schema } = decimal(`Upper bound of ${name}.`, 0, { min: 0, max });
  return [name, schema];
};

const CAPS = fields('For cap: upper bounds of request parameters.', {
  ...Object.fromEntries(
    WHOLE_CAPS.map((name) => [
      name,
      whole(`Upper bound of ${name}.`, undefined, { min: name === 'top_logprobs' ? 0 : 1, max: 10_000_000 }),
    ]),
  ),
  ...Object.fromEntries(Object.entries(DECIMAL_CAPS).map(([name, max]) => bound(name, max))),
});

/** Rules in CEL, of whatever they stand in. */
export const POLICIES: JsonSchema = named(
  'Rules for all calls that count for it.',
  { pattern: PATTERNS.route, maxLength: 64 },
  fields(
    'A rule.',
    {
      name: text('Name for people. Default: the name in this file.', { maxLength: 200 }),
      description: text('What it is for.', { maxLength: 2_000 }),
      expression: text('A condition in CEL.', { maxLength: 4_096 }),
      effect: oneOf('What follows when the condition holds.', POLICY_EFFECTS),
      target_model: text("For route_to: the model to ask in place of the caller's.", { maxLength: 256 }),
      caps: CAPS,
      message: text('For deny: what the caller is told.', { maxLength: 500 }),
      priority: whole('Lower is asked first.', 100, { min: -1_000_000, max: 1_000_000 }),
      enabled: toggle('Whether it is asked.', true),
      dry_run: toggle('Evaluated and recorded, and never acts.', false),
      models: texts('Models that it is about; patterns with *. Default: all.'),
    },
    ['expression', 'effect'],
  ),
);
