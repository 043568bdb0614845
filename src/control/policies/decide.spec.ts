import * as fc from 'fast-check';
import { decide, NO_RULE } from './decide.js';
import { fakeFacts, fakeHolder, fakeRule } from './fake-policy-rule.js';
import type { PolicyDecision, PolicyFacts } from './policies.port.js';
import { PolicySnapshot } from './policy-snapshot.js';
import { ASKED, type Effect, EFFECTS, type PolicyRule, type PolicyScope } from './policy.types.js';

const errors: string[] = [];
const broken: string[] = [];
beforeEach(() => {
  errors.length = 0;
  broken.length = 0;
});

const snapshotOf = (rules: readonly PolicyRule[], before = PolicySnapshot.EMPTY): Promise<PolicySnapshot> =>
  PolicySnapshot.of(rules, before, ({ id }) => broken.push(id));

async function decided(rules: readonly PolicyRule[], facts: Partial<PolicyFacts> = {}): Promise<PolicyDecision> {
  return decide(await snapshotOf(rules), fakeFacts(facts), ({ rule }) => errors.push(rule.id));
}

const IDS: Readonly<Record<PolicyScope, string | null>> = {
  installation: null,
  organization: 'org_1',
  customer: 'cust_1',
  team: 'team_1',
  project: 'proj_1',
  user: 'user_1',
  virtual_key: 'vk_1',
};

function bound(scope: PolicyScope, changes: Partial<PolicyRule> = {}): PolicyRule {
  const organizationId = scope === 'installation' ? null : 'org_1';
  return fakeRule({ scope, scopeId: IDS[scope], organizationId, ...changes });
}

describe('Rules', () => {
  it('leave a call alone when none matches', async () => {
    expect(await decided([])).toBe(NO_RULE);
    expect(await decided([fakeRule({ expression: 'model == "other"' })])).toBe(NO_RULE);
    expect(await decided([fakeRule({ enabled: false })])).toBe(NO_RULE);
  });

  it('deny in their own words, and name themselves', async () => {
    const rule = fakeRule({ name: 'No nights', message: 'Come back at nine.' });
    expect(await decided([rule])).toMatchObject({
      effect: 'deny',
      rule: { id: rule.id, name: 'No nights' },
      message: 'Come back at nine.',
    });
    expect(await decided([fakeRule()])).not.toHaveProperty('message');
  });

  it('are asked from the key to the organisation, and the first that allows or denies decides', async () => {
    const tenants = ASKED[1] ?? [];
    for (const [index, scope] of tenants.entries()) {
      const wider = tenants.slice(index + 1).map((one) => bound(one, { priority: -9 }));
      const decision = await decided([...wider, bound(scope, { effect: 'allow', name: scope })]);
      expect(decision).toMatchObject({ effect: 'allow', rule: { name: scope } });
    }
  });

  it('of the installation cannot be undone by those of a tenant', async () => {
    const tenants = [
      bound('virtual_key', { effect: 'allow', priority: -9 }),
      bound('team', { effect: 'route_to', targetModel: 'mine' }),
    ];
    expect(await decided([...tenants, bound('installation', { name: 'all' })])).toMatchObject({
      effect: 'deny',
      rule: { name: 'all' },
    });
    expect(await decided([...tenants, bound('installation', { effect: 'cap', caps: { n: 1 } })])).toMatchObject({
      effect: 'allow',
      caps: { n: 1 },
    });
    expect(
      await decided([...tenants, bound('installation', { effect: 'route_to', targetModel: 'ours' })]),
    ).toMatchObject({ effect: 'allow', routeTo: 'ours' });
  });

  it('of the installation that allow make exceptions from its own rules alone', async () => {
    const allowed = bound('installation', { effect: 'allow', priority: 1, name: 'exception' });
    const denied = bound('installation', { priority: 2 });
    expect(await decided([allowed, denied])).toMatchObject({ effect: 'allow', rule: { name: 'exception' } });
    expect(await decided([allowed, denied, bound('team', { name: 'team' })])).toMatchObject({
      effect: 'deny',
      rule: { name: 'team' },
    });
  });

  it('send no call to a model that the caller could not ask for', async () => {
    const route = bound('team', { effect: 'route_to', targetModel: 'anthropic/claude-opus-5', models: ['gpt-5'] });
    for (const denial of [
      bound('installation', { models: ['anthropic/*'] }),
      bound('organization', { expression: 'model.contains("opus") && provider == "anthropic"' }),
    ]) {
      const decision = await decided([route, denial]);
      expect(decision).toMatchObject({ effect: 'deny', rule: { id: denial.id } });
      expect(decision.matched).toHaveLength(2);
    }
    const capped = await decided([route, bound('installation', { effect: 'cap', caps: { n: 2 }, models: ['*opus*'] })]);
    expect(capped).toMatchObject({ effect: 'allow', routeTo: 'anthropic/claude-opus-5', caps: { n: 2 } });
    const circle = bound('team', { effect: 'route_to', targetModel: 'elsewhere', models: ['anthropic/*'] });
    expect((await decided([route, circle])).routeTo).toBe('anthropic/claude-opus-5');
  });

  it('are asked by priority inside a scope, then by id', async () => {
    const late = fakeRule({ id: 'pol_a', priority: 2, effect: 'allow' });
    const first = fakeRule({ id: 'pol_c', priority: 1 });
    const second = fakeRule({ id: 'pol_d', priority: 1, effect: 'allow' });
    expect((await decided([late, second, first])).rule?.id).toBe('pol_c');
    expect((await decided([late, second])).rule?.id).toBe('pol_d');
  });

  it('bind the calls of their own entity only, and never those of another organisation', async () => {
    expect(await decided([bound('team', { scopeId: 'team_2' })])).toBe(NO_RULE);
    expect(await decided([bound('team', { organizationId: 'org_2' })])).toBe(NO_RULE);
    expect(await decided([bound('organization')], { holder: undefined })).toBe(NO_RULE);
    expect(await decided([bound('installation')], { holder: undefined })).toMatchObject({ effect: 'deny' });
    const levels = fakeHolder().levels.filter(({ level }) => level !== 'team');
    expect(await decided([bound('team')], { holder: fakeHolder({ levels }) })).toBe(NO_RULE);
  });

  it('route once and cap to the least, and go on', async () => {
    const decision = await decided([
      bound('virtual_key', { effect: 'route_to', targetModel: 'small' }),
      bound('team', { effect: 'route_to', targetModel: 'tiny' }),
      bound('team', { effect: 'cap', caps: { max_tokens: 100, temperature: 0.5 } }),
      bound('organization', { effect: 'cap', caps: { max_tokens: 500, n: 1, temperature: 0 } }),
      bound('installation', { effect: 'allow' }),
    ]);
    expect(decision.routeTo).toBe('small');
    expect(decision.caps).toEqual({ max_tokens: 100, n: 1, temperature: 0 });
    expect(decision.effect).toBe('allow');
    expect(decision.matched).toHaveLength(5);
  });

  it('ask nobody of a group after the one that decides', async () => {
    const decision = await decided([
      bound('team', { effect: 'allow' }),
      bound('organization', { effect: 'cap', caps: { n: 1 } }),
      bound('organization'),
    ]);
    expect(decision).toMatchObject({ effect: 'allow', caps: {} });
    expect(decision.matched).toHaveLength(1);
  });

  it('that are tried out are recorded, and nothing comes of them', async () => {
    const trial = { dryRun: true } as const;
    const decision = await decided([
      bound('virtual_key', trial),
      bound('user', { ...trial, effect: 'cap', caps: { n: 1 } }),
      bound('project', { ...trial, effect: 'route_to', targetModel: 'small' }),
      bound('team', { ...trial, effect: 'allow' }),
    ]);
    expect(decision).toMatchObject({ effect: 'allow', rule: undefined, caps: {} });
    expect(decision).not.toHaveProperty('routeTo');
    expect(decision.matched?.map(({ effect, dryRun }) => [effect, dryRun])).toEqual([
      ['deny', true],
      ['cap', true],
      ['route_to', true],
      ['allow', true],
    ]);
  });

  it('are about models that fit their patterns', async () => {
    const about = (...models: string[]) => [fakeRule({ models })];
    expect(await decided(about('openai/gpt-*'))).toMatchObject({ effect: 'deny' });
    expect(await decided(about('claude-*', 'gpt-5'))).toMatchObject({ effect: 'deny' });
    expect(await decided(about('openai/*'), { model: 'gpt-5' })).toMatchObject({ effect: 'deny' });
    expect(await decided(about('openai/*'), { model: 'gpt-5', provider: undefined })).toBe(NO_RULE);
    expect(await decided(about('claude-*'))).toBe(NO_RULE);
  });

  it('are about the upstream model too, whatever name led to it', async () => {
    const asked = { model: 'fast', provider: 'openai', target: 'gpt-5' };
    for (const pattern of ['fast', 'gpt-*', 'openai/gpt-5', 'openai/*']) {
      expect(await decided([fakeRule({ models: [pattern] })], asked)).toMatchObject({ effect: 'deny' });
    }
    expect(await decided([fakeRule({ models: ['anthropic/*', 'gpt-4*'] })], asked)).toBe(NO_RULE);
  });

  it.each([
    ['deny', 'deny', {}],
    ['cap', 'allow', { n: 1 }],
    ['route_to', 'allow', {}],
    ['allow', 'allow', {}],
  ] as const)('that have an error close: %s', async (effect, outcome, caps) => {
    const rule = fakeRule({
      expression: '1 / (input_tokens - 1000) > 0',
      effect,
      ...(effect === 'cap' && { caps: { n: 1 } }),
      ...(effect === 'route_to' && { targetModel: 'small' }),
    });
    const decision = await decided([rule]);
    expect(decision).toMatchObject({ effect: outcome, caps });
    expect(decision).not.toHaveProperty('routeTo');
    expect(decision.rule?.id).toBe(effect === 'deny' ? rule.id : undefined);
    expect(errors).toEqual([rule.id]);
  });

  it('that are stored and not valid any more count as an error', async () => {
    const rule = fakeRule({ expression: 'gone == 1' });
    expect(await decided([rule])).toMatchObject({ effect: 'deny' });
    expect(await decided([{ ...rule, effect: 'allow' }])).toBe(NO_RULE);
    expect(broken).toEqual([rule.id, rule.id]);
  });

  it('do not open or close by a header that was not sent', async () => {
    const gold = 'headers["x-tier"] == "gold"';
    expect(await decided([fakeRule({ expression: gold })])).toBe(NO_RULE);
    expect(await decided([fakeRule({ expression: gold, effect: 'allow' })])).toBe(NO_RULE);
    expect(await decided([fakeRule({ expression: `!(${gold})` })])).toMatchObject({ effect: 'deny' });
    expect(errors).toEqual([]);
  });

  it('say cheaply whether any could apply', async () => {
    expect((await snapshotOf([])).has(fakeHolder())).toBe(false);
    expect((await snapshotOf([bound('team', { scopeId: 'team_2' })])).has(fakeHolder())).toBe(false);
    expect((await snapshotOf([bound('team', { enabled: false })])).has(fakeHolder())).toBe(false);
    expect((await snapshotOf([bound('team')])).has(fakeHolder())).toBe(true);
    expect((await snapshotOf([bound('team')])).has(undefined)).toBe(false);
    expect((await snapshotOf([fakeRule()])).has(undefined)).toBe(true);
  });

  it('keep their counts and what was compiled when others change', async () => {
    const rule = fakeRule();
    const first = await snapshotOf([rule]);
    decide(first, fakeFacts(), () => undefined);
    const second = await snapshotOf([rule, fakeRule({ expression: 'false' })], first);
    expect(second.countsOf(rule.id)).toEqual({ matched: 1, errors: 0 });
  });
});

describe('Any rules at all', () => {
  const expression = fc.constantFrom(
    'true',
    'false',
    'budget_used > 5',
    'team.name == "research"',
    '1 / (input_tokens - 1000) > 0',
    'int(model) > 1',
    'gone',
    'key.tags[5] == "a"',
    'model.substring(900) == ""',
    'operation.matches("^c")',
  );
  const rule = fc
    .record({
      scope: fc.constantFrom(...ASKED.flat()),
      effect: fc.constantFrom(...EFFECTS),
      expression,
      priority: fc.integer({ min: -2, max: 2 }),
      dryRun: fc.boolean(),
      bound: fc.integer({ min: 1, max: 5 }),
      message: fc.option(fc.string()),
    })
    .map(({ bound: most, effect, scope, ...rest }) =>
      bound(scope, {
        ...rest,
        effect,
        targetModel: effect === 'route_to' ? `model-${most}` : null,
        caps: effect === 'cap' ? { n: most } : {},
      }),
    );

  /** What the documentation says, in the plainest words: no rule here is about models alone. */
  function expected(rules: readonly PolicyRule[], matches: (rule: PolicyRule) => boolean) {
    const order = ASKED.flat();
    const asked = rules.toSorted(
      (a, b) => order.indexOf(a.scope) - order.indexOf(b.scope) || a.priority - b.priority || (a.id < b.id ? -1 : 1),
    );
    const real = asked.filter((one) => !one.dryRun && matches(one));
    const decides = ({ effect }: PolicyRule): boolean => effect === 'allow' || effect === 'deny';
    const upTo = (some: PolicyRule[]): PolicyRule[] => {
      const end = some.findIndex(decides);
      return end === -1 ? some : some.slice(0, end + 1);
    };
    const ours = upTo(real.filter(({ scope }) => scope === 'installation'));
    const theirs = ours.some(({ effect }) => effect === 'deny')
      ? []
      : upTo(real.filter(({ scope }) => scope !== 'installation'));
    const applied = [...ours, ...theirs];
    const decisive = applied.findLast(decides);
    const caps = applied.flatMap((one) => (one.caps.n === undefined ? [] : [one.caps.n]));
    return {
      id: decisive?.id,
      effect: decisive?.effect ?? 'allow',
      routeTo: applied.find(({ effect }) => effect === 'route_to')?.targetModel ?? undefined,
      n: caps.length > 0 ? Math.min(...caps) : undefined,
    };
  }

  const CLOSED: readonly Effect[] = ['deny', 'cap'];
  const TRUE = new Set(['true', 'budget_used > 5', 'team.name == "research"', 'operation.matches("^c")']);
  const FALSE = new Set(['false']);

  it('are asked in the documented order, and never throw', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rule, { maxLength: 12 }), async (rules) => {
        const decision = await decided(rules);
        const matches = ({ expression: text, effect }: PolicyRule): boolean =>
          TRUE.has(text) || (!FALSE.has(text) && CLOSED.includes(effect));
        const { id, effect, routeTo, n } = expected(rules, matches);
        expect([decision.rule?.id, decision.effect, decision.routeTo, decision.caps['n']]).toEqual([
          id,
          effect,
          routeTo,
          n,
        ]);
      }),
      { numRuns: 500 },
    );
  });

  it('never throw for any facts', async () => {
    const snapshot = await snapshotOf(
      [
        'model.matches("a")',
        'int(model) > 1',
        'headers["__proto__"] != ""',
        'input_tokens > 1',
        'now.getHours("UTC") > 1',
      ].map((text) => fakeRule({ expression: text, effect: 'cap', caps: { n: 1 } })),
    );
    const facts = fc.record({
      model: fc.string({ unit: 'binary' }),
      provider: fc.option(fc.string(), { nil: undefined }),
      headers: fc.dictionary(fc.string(), fc.anything()),
      inputTokens: fc.double(),
      maxOutputTokens: fc.option(fc.double(), { nil: undefined }),
      budgetUsed: fc.double(),
      now: fc.double(),
    });
    fc.assert(
      fc.property(facts, (some) => {
        expect(decide(snapshot, fakeFacts(some), () => undefined).effect).toBe('allow');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('Expressions of every form', () => {
  /** Well-typed expressions, most of them; literals that make errors are among them. */
  const { condition } = fc.letrec<{ condition: string; number: string; text: string; list: string }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom('true', 'stream', 'has(headers.a)', '"b" in headers', 'budget_used > 5', 'now > timestamp(0)'),
      fc.tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition')).map((parts) => `(${parts.join(' ')})`),
      tie('condition').map((inner) => `!(${inner})`),
      fc
        .tuple(tie('number'), fc.constantFrom('<', '<=', '==', '!=', '>'), tie('number'))
        .map((parts) => `(${parts.join(' ')})`),
      fc.tuple(tie('text'), fc.constantFrom('==', '!=', '<'), tie('text')).map((parts) => `(${parts.join(' ')})`),
      fc
        .tuple(tie('text'), fc.constantFrom('startsWith', 'endsWith', 'contains'), tie('text'))
        .map(([text, name, other]) => `${text}.${name}(${other})`),
      fc
        .tuple(tie('text'), fc.constantFrom('^a+$', '(a|b)*c', '.', ''))
        .map(([text, re]) => `${text}.matches("${re}")`),
      fc
        .tuple(tie('list'), fc.constantFrom('all', 'exists', 'exists_one'), tie('condition'))
        .map(([list, macro, inner]) => `${list}.${macro}(x, x != "a" && ${inner})`),
      fc.tuple(tie('condition'), tie('condition'), tie('condition')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    ),
    number: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('0', '1', '-1', '9223372036854775807', 'input_tokens', 'max_output_tokens', 'size(key.tags)'),
      fc.constantFrom('now.getHours("Asia/Kolkata")', 'now.getDayOfYear()', 'now.getMonth("UTC")'),
      fc
        .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/', '%'), tie('number'))
        .map((parts) => `(${parts.join(' ')})`),
      tie('text').map((text) => `int(${text})`),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `${a}.indexOf(${b})`),
    ),
    text: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('""', '"a"', '"12"', 'model', 'provider', 'key.name', 'team.id', 'headers["a"]', 'headers.b'),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(${a} + ${b})`),
      fc.tuple(tie('text'), tie('number')).map(([text, at]) => `${text}.substring(${at})`),
      tie('number').map((number) => `string(${number})`),
      fc.tuple(tie('list'), tie('number')).map(([list, at]) => `${list}[${at}]`),
      tie('list').map((list) => `${list}.join("-")`),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `cel.bind(y, ${a}, y + ${b}.lowerAscii().trim())`),
    ),
    list: fc.oneof(
      { maxDepth: 2 },
      fc.constantFrom('key.tags', '["a", "b"]', 'model.split("/")'),
      fc.tuple(tie('list'), tie('list')).map(([a, b]) => `(${a} + ${b})`),
      tie('list').map((list) => `${list}.filter(z, z != "a").map(z, z + z)`),
    ),
  }));

  it('never throw, and close on an error', async () => {
    const seen = { compiled: 0, errors: 0 };
    const facts = fakeFacts({ headers: { a: 'a'.repeat(16_000) }, model: 'm/'.repeat(100_000) });
    await fc.assert(
      fc.asyncProperty(condition, async (text) => {
        const snapshot = await PolicySnapshot.of([fakeRule({ expression: text })], PolicySnapshot.EMPTY, () => {
          seen.compiled -= 1;
        });
        seen.compiled += 1;
        const before = errors.length;
        const { effect } = decide(snapshot, facts, ({ rule: { id } }) => errors.push(id));
        if (errors.length > before) seen.errors += 1;
        return errors.length === before || effect === 'deny';
      }),
      { numRuns: 1_500 },
    );
    // The generator is worth something: most are taken, and many have errors.
    expect(seen.compiled).toBeGreaterThan(700);
    expect(seen.errors).toBeGreaterThan(100);
  });
});
