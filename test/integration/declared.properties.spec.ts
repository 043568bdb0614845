import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import { ENGINES, type TestDatabase } from '../support/databases.js';
import { DeclaringNode } from '../support/declared.js';

beforeAll(() => Logger.overrideLogger(false));

const NAMES = ['a', 'b', 'c'] as const;
const VALUES = ['KEY_A', 'KEY_B', 'KEY_C'] as const;

const budget = fc.record(
  {
    name: fc.constantFrom('x', 'y'),
    amount_usd: fc.integer({ min: 0, max: 90_000_000 }).map((micros) => (micros / 1_000_000).toFixed(6)),
    period: fc.constantFrom('month', 'day', '30d', 'prepaid'),
    mode: fc.constantFrom('hard', 'soft'),
    thresholds: fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { maxLength: 3 }),
    models: fc.array(fc.constantFrom('m*', 'n'), { maxLength: 2 }),
  },
  { requiredKeys: ['amount_usd', 'period'] },
);
const limit = fc.record(
  {
    metric: fc.constantFrom('requests', 'total_tokens'),
    limit: fc.integer({ min: 1, max: 99 }),
    window: fc.constantFrom('1m', '60s', '1h'),
  },
  { requiredKeys: ['metric', 'limit', 'window'] },
);
const policy = fc.record(
  {
    effect: fc.constant('deny'),
    expression: fc.constantFrom('true', "model == 'x'"),
    priority: fc.integer({ min: 0, max: 9 }),
    enabled: fc.boolean(),
  },
  { requiredKeys: ['effect', 'expression'] },
);
const policies = fc.dictionary(fc.constantFrom('p', 'q'), policy);
const level = {
  name: fc.constantFrom('One', 'Two'),
  budgets: fc.array(budget, { maxLength: 3 }),
  rate_limits: fc.array(limit, { maxLength: 2 }),
  policies,
};
const maybe = fc.option(fc.constantFrom(...NAMES), { nil: undefined });

const organization = fc
  .record({
    ...level,
    customers: fc.dictionary(fc.constantFrom(...NAMES), fc.record(level, { requiredKeys: [] })),
    teams: fc.dictionary(fc.constantFrom(...NAMES), fc.record({ ...level, customer: maybe }, { requiredKeys: [] })),
    users: fc.dictionary(fc.constantFrom(...NAMES), fc.record(level, { requiredKeys: [] })),
    emails: fc.shuffledSubarray([...NAMES], { minLength: 3 }),
    virtual_keys: fc.dictionary(
      fc.constantFrom(...NAMES),
      fc.record(
        {
          ...level,
          team: maybe,
          user: maybe,
          disabled: fc.boolean(),
          tags: fc.array(fc.constantFrom('t', 'u'), { maxLength: 2 }),
          expires_at: fc.constantFrom('2099-01-01T00:00:00Z', '2098-06-01T02:00:00+02:00'),
        },
        { requiredKeys: [] },
      ),
    ),
    values: fc.shuffledSubarray([...VALUES], { minLength: 3 }),
    prices: fc.uniqueArray(
      fc.record({
        provider: fc.constant('cerebras'),
        model: fc.constantFrom('m', 'n*'),
        input_usd_per_million: fc.constantFrom('0.5', '1'),
        output_usd_per_million: fc.constant(2),
      }),
      { selector: ({ model }) => model, maxLength: 2 },
    ),
    roles: fc.dictionary(
      fc.constant('r'),
      fc.record({ permissions: fc.subarray(['usage:read', 'teams:read'], { minLength: 1 }) }),
    ),
  })
  .map(({ emails, values, teams, users, virtual_keys: keys, customers, ...rest }) => ({
    ...rest,
    customers,
    // References lead to what is there; addresses and values are unique, and change places from one file to the next.
    teams: mapped(teams, (team) => ({ ...team, customer: there(customers, team.customer) })),
    users: mapped(users, (user, index) => ({ ...user, email: `${emails[index]}@example.com` })),
    virtual_keys: mapped(keys, (key, index) => ({
      ...key,
      value: `\${${values[index]}}`,
      team: there(teams, key.team),
      user: there(users, key.user),
    })),
  }));

const section = fc.record({
  organizations: fc.oneof(
    fc.constant({}),
    organization.map((one) => ({ acme: one })),
  ),
  policies,
});

function mapped<T, R>(of: Record<string, T>, make: (one: T, index: number) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(of).map(([name, one], index) => [name, make(one, index)]));
}

function there(of: object, name: string | undefined): string | undefined {
  return name !== undefined && Object.hasOwn(of, name) ? name : undefined;
}

describe.each(ENGINES)('Random files on %s', (name, describeEngine, make) => {
  describeEngine('', () => {
    let made: TestDatabase;
    let node: DeclaringNode;

    beforeAll(async () => {
      made = await make();
      node = await DeclaringNode.start(made.url);
    });
    afterAll(async () => {
      await node.close();
      await made.drop();
    });

    it('do what the dry run says, and then there is nothing left to do', async () => {
      await fc.assert(
        fc.asyncProperty(section, async (one) => {
          // JSON is YAML.
          const inside = JSON.stringify(one);
          const before = await node.owned();
          const planned = await node.difference(inside);
          expect(await node.owned()).toEqual(before);
          const applied = await node.apply(inside);
          expect(applied.outcome === 'applied' ? applied.changes : []).toEqual(planned);
          expect(await node.difference(inside)).toEqual([]);
          // What is in both files is the same entity.
          const gone = new Set(planned.filter(({ action }) => action === 'delete').map(({ id }) => id));
          const after = await node.owned();
          for (const [item, id] of before)
            expect([item, after.get(item)]).toEqual([item, gone.has(id) ? undefined : id]);
        }),
        { numRuns: name === 'SQLite' ? 60 : 40 },
      );
    }, 240_000);
  });
});
