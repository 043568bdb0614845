import { ACTIONS, RESOURCES } from '../../../common/access/access.js';
import { PATTERNS } from '../schema/patterns.js';
import { fields, type JsonSchema, named, text, toggle, whole } from '../schema/schema-parts.js';
import { BUDGETS, PRICES, RATE_LIMITS } from './money.schema.js';
import { KEY_FIELDS } from './key-terms.schema.js';
import { POLICIES } from './policy.schema.js';

const NAMES = { pattern: PATTERNS.route, maxLength: 64 };
const NAME = text('Name for people. Default: the name in this file.', { maxLength: 200 });
const reference = (what: string): JsonSchema =>
  text(`Name in this file of the ${what} that it belongs to.`, { ...NAMES });

const ROLES = named(
  'Custom roles of administrators.',
  NAMES,
  fields(
    'What administrators with this role may do.',
    {
      name: NAME,
      description: text('What it is for.', { maxLength: 500 }),
      permissions: {
        description: 'What it permits, as resource:action.',
        type: 'array',
        items: {
          type: 'string',
          enum: RESOURCES.flatMap((resource) => ACTIONS.map((action) => `${resource}:${action}`)),
        },
        uniqueItems: true,
        minItems: 1,
        maxItems: RESOURCES.length * ACTIONS.length,
      },
    },
    ['permissions'],
  ),
);

/** By their names in `$defs`. */
export const GOVERNANCE_PARTS = {
  budgets: BUDGETS,
  rate_limits: RATE_LIMITS,
  policies: POLICIES,
  roles: ROLES,
  prices: PRICES,
} as const;

/** Parts that stand in several places, compiled once: a start with a file takes 0.13 s less than with copies. */
const part = (name: keyof typeof GOVERNANCE_PARTS): JsonSchema => ({
  description: GOVERNANCE_PARTS[name]['description'],
  $ref: `#/$defs/${name}`,
});

const LEVEL = { name: NAME, budgets: part('budgets'), rate_limits: part('rate_limits'), policies: part('policies') };

const ORGANIZATION = fields('A tenant, with all that belongs to it.', {
  ...LEVEL,
  customers: named('Whom it works for.', NAMES, fields('A customer.', LEVEL)),
  teams: named('Its teams.', NAMES, fields('A team.', { ...LEVEL, customer: reference('customer') })),
  projects: named(
    'What its teams work on.',
    NAMES,
    fields('A project.', { ...LEVEL, team: reference('team'), customer: reference('customer') }),
  ),
  users: named(
    'People who call models.',
    NAMES,
    fields(
      'A person.',
      { ...LEVEL, email: text('Address, unique in the organisation.', { pattern: PATTERNS.email, maxLength: 320 }) },
      ['email'],
    ),
  ),
  virtual_keys: named(
    'Keys that callers use. What a key does not say is not allowed to it.',
    NAMES,
    fields(
      'A virtual key.',
      {
        ...LEVEL,
        value: text('The key itself: ${NAME} of the environment. 32 to 256 visible characters.', { maxLength: 1_024 }),
        allow_literal: toggle(
          'Takes a value that stands in the file. For trials only: whoever reads the file has the key.',
          false,
        ),
        customer: reference('customer'),
        team: reference('team'),
        project: reference('project'),
        user: reference('user'),
        ...KEY_FIELDS,
      },
      ['value'],
    ),
  ),
  roles: part('roles'),
  prices: part('prices'),
});

/** The section `governance`. */
export const GOVERNANCE_SCHEMA: JsonSchema = fields(
  'Who may call what, and for how much. What is declared here is read-only in the API; what is not is left to the API.',
  {
    revision: whole(
      'Number of this version of the section. While nodes with different files run, the highest is in force; among equals, what was deployed last.',
      0,
      { min: 0, max: 2_147_483_647 },
    ),
    organizations: named('Tenants by name.', NAMES, ORGANIZATION),
    policies: part('policies'),
    roles: part('roles'),
    prices: part('prices'),
  },
);
