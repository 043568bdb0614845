import * as fc from 'fast-check';
import { keyHolder } from '../../governance/fake-key-holder.js';
import { compileExpression } from './compile-expression.js';
import { contextOf } from './facts-context.js';
import type { PolicyFacts } from '../policies.port.js';

const FACTS: PolicyFacts = {
  holder: undefined,
  operation: 'chat',
  model: 'openai/gpt-5',
  provider: 'openai',
  streamed: true,
  headers: { 'x-tier': 'gold', 'x-many': ['a', 'b'], 'x-priority': 'seven' },
  inputTokens: 1_200,
  maxOutputTokens: undefined,
  budgetUsed: 81.5,
  // A Saturday, 23:30 in Berlin and already Sunday in Tokyo.
  now: Date.UTC(2026, 0, 10, 22, 30),
};

const HOLDER = keyHolder({
  id: 'vk_1',
  name: 'ci',
  prefix: 'ask-abcd',
  tags: ['env:prod', 'batch'],
  levels: [
    { level: 'organization', id: 'org_1', name: 'Acme' },
    { level: 'team', id: 'team_1', name: 'research' },
    { level: 'virtual_key', id: 'vk_1', name: 'ci' },
  ],
});

async function evaluate(text: string, facts: Partial<PolicyFacts> = {}): Promise<boolean> {
  const { expression, error } = await compileExpression(text);
  if (!expression) throw new Error(`${text}: ${error.message}`);
  return expression.evaluate(contextOf({ ...FACTS, ...facts }, [...expression.headers]));
}

async function problem(text: string): Promise<string> {
  const { error } = await compileExpression(text);
  return error ? `${error.line}:${error.column} ${error.message}` : 'no problem';
}

describe('An expression', () => {
  it.each([
    'true',
    'model == "openai/gpt-5" && provider == "openai"',
    'model in ["openai/gpt-5", "openai/gpt-5-mini"]',
    'operation == "chat" && stream',
    'input_tokens > 1000 && input_tokens <= 1200',
    'budget_used > 80 && budget_used > 81.25',
    'model.matches("gpt-[45]$")',
    'model.startsWith("openai/") && model.endsWith("-5") && model.contains("gpt")',
    'cel.bind(name, model.substring(7), name == "gpt-5")',
    'now > timestamp("2026-01-01T00:00:00Z") && now - timestamp("2026-01-01T00:00:00Z") > duration("24h")',
    'double(input_tokens) / 2.0 == 600.0',
    '[1, 2, 3].filter(n, n > 1).map(n, n * 2) == [4, 6]',
    '["a", "b"].exists(x, headers["x-tier"] == "gold" && x == "b")',
  ])('%s is true of the request', async (text) => {
    expect(await evaluate(text)).toBe(true);
  });

  it('reads headers in any case, and one that was not sent as an empty text', async () => {
    expect(await evaluate('headers["X-Tier"] == "gold" && "X-TIER" in headers')).toBe(true);
    expect(await evaluate('has(headers.authorization)')).toBe(false);
    expect(await evaluate('headers["x-none"] == "gold"')).toBe(false);
    expect(await evaluate('headers["x-none"] != "gold"')).toBe(true);
    expect(await evaluate('"x-none" in headers')).toBe(false);
    expect(await evaluate('"x-none" in headers || headers["x-many"] == "a, b"')).toBe(true);
    expect(await evaluate('headers["__proto__"] == "" && headers["constructor"] == ""')).toBe(true);
    expect(await evaluate('"__proto__" in headers || "toString" in headers')).toBe(false);
  });

  it('reads what a key belongs to, and empty texts where it belongs to nothing', async () => {
    const holder = HOLDER;
    expect(
      await evaluate('key.name == "ci" && team.name == "research" && organization.id == "org_1"', { holder }),
    ).toBe(true);
    expect(await evaluate('"batch" in key.tags && key.tags.exists(t, t.startsWith("env:"))', { holder })).toBe(true);
    expect(await evaluate('customer.id == "" && user.name == ""', { holder })).toBe(true);
    expect(await evaluate('key.id == "" && team.id == "" && size(key.tags) == 0')).toBe(true);
  });

  it('takes a request that names no bound of its output for one without bound', async () => {
    expect(await evaluate('max_output_tokens > 100000')).toBe(true);
    expect(await evaluate('max_output_tokens > 100000', { maxOutputTokens: 500 })).toBe(false);
  });

  it('reads clocks in a time zone, over the change of the offset too', async () => {
    expect(await evaluate('now.getHours("Europe/Berlin") == 23 && now.getMinutes("Europe/Berlin") == 30')).toBe(true);
    expect(await evaluate('now.getDayOfWeek("Europe/Berlin") == 6 && now.getDayOfWeek("Asia/Tokyo") == 0')).toBe(true);
    expect(await evaluate('now.getDate("Asia/Tokyo") == 11 && now.getDayOfYear("Asia/Tokyo") == 10')).toBe(true);
    expect(await evaluate('now.getHours() == 22 && now.getMonth("UTC") == 0 && now.getFullYear() == 2026')).toBe(true);
    const change = Date.UTC(2026, 2, 29, 1, 0);
    expect(await evaluate('now.getHours("Europe/Berlin") == 1', { now: change - 1 })).toBe(true);
    expect(await evaluate('now.getHours("Europe/Berlin") == 3', { now: change })).toBe(true);
    expect(await evaluate('now.getHours("Asia/Kathmandu") == 5', { now: Date.UTC(2026, 0, 1, 0, 0) })).toBe(true);
  });

  it.each([
    ['model == 1', '1:1 no such overload: string == int'],
    ['true &&\n  team.nam == "x"', '2:8 No such key: nam'],
    ['foo == "x"', '1:1 Unknown variable: foo'],
    ['model ==', '1:9 Unexpected token: EOF'],
    ['input_tokens', '1:1 a condition is of type bool, and this is of type int'],
    ['  ', "1:1 the expression is empty; 'true' matches every request"],
    ['budget_used == 80', '1:1 no such overload: double == int. Write decimals beside decimals: budget_used == 80.0.'],
    ['team == null', '1:1 no such overload: Entity == null. What is not there is an empty text: team.id == "".'],
    [
      'headers.size() > 1',
      '1:1 headers are read one by one, with a literal name: headers["x-tier"], "x-tier" in headers',
    ],
    ['headers[model] == "x"', '1:1 the name of a header has to be a literal text'],
    ['has(team.name)', '1:1 has() is for headers: has(headers.authorization). Other fields are always there'],
    ['model.matches(model)', '1:1 the pattern of matches() has to be a literal text'],
    ['model.matches("(")', '1:15 not a regular expression of RE2: missing closing ): `(`'],
    ['model.matches("(a)\\\\1")', '1:15 not a regular expression of RE2: invalid escape sequence: `\\1`'],
    ['now.getHours("Mars/Base") == 1', "1:14 'Mars/Base' is no time zone: use one like 'Europe/Berlin'"],
    ['dyn(1) == 2', "1:1 'dyn' is not available in policies"],
    ['b"a".json() == b"a".json()', "1:1 'json' is not available in policies"],
    ['["a"].exists(model, model == "a")', "1:14 'model' is taken: choose another name"],
    ['sent_headers_["a"] == "b"', "1:1 'sent_headers_' is not available here"],
    ['model.matches_("x")', "1:1 'matches_' is not available in policies"],
    ['{} == {}', '1:1 this is not available in policies'],
  ])('%s is refused: %s', async (text, message) => {
    expect(await problem(text)).toBe(message);
  });

  it('may have an error when it runs, which the other side of && and || absorbs', async () => {
    await expect(evaluate('int(headers["x-priority"]) > 1')).rejects.toThrow('cannot convert');
    expect(await evaluate('int(headers["x-priority"]) > 1 || stream')).toBe(true);
    await expect(evaluate('input_tokens / (input_tokens - 1200) > 1')).rejects.toThrow('division by zero');
  });
});

describe('The cost of an expression', () => {
  const nested = (loops: number): string =>
    Array.from({ length: loops }, (_, i) => `[1,2,3,4,5,6,7,8,9,10].exists(v${i}, `).join('') +
    'model == "x"' +
    ')'.repeat(loops);

  it('is known before it runs', async () => {
    expect((await compileExpression('model == "x" && input_tokens > 5')).expression?.cost).toBeLessThan(30);
    expect(await problem(nested(3))).toBe('no problem');
    expect(await problem(nested(6))).toContain('could cost too much');
  });

  it.each([
    ['doubles a text', `cel.bind(a, model + model, ${doubled('a', 12)}`],
    ['doubles a list', `[[1]].map(a, a + a).map(b, b + b).map(c, c + c).exists(d, size(d) > ${'1'.repeat(5)})`],
    ['crosses long lists', 'headers.x.split("").exists(a, headers.x.split("").exists(b, a == b))'],
    [
      'has an error in each round',
      `[${Array.from({ length: 200 }, (_, i) => i).join(',')}].exists(a, int("x") > a) || true`,
    ],
    ['runs a large pattern over a long text', 'headers.x.matches("(a?){100}a{100}")'],
  ])('is bounded when it %s', async (_what, text) => {
    const started = performance.now();
    const { expression } = await compileExpression(text);
    if (expression) {
      const headers = { x: 'a'.repeat(16_000) };
      expression.evaluate(contextOf({ ...FACTS, headers, model: 'm'.repeat(1e6) }, [...expression.headers]));
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  function doubled(last: string, times: number): string {
    let text = '';
    let name = last;
    for (let i = 0; i < times; i++) {
      text += `cel.bind(${name}${i}, ${name} + ${name}, `;
      name = `${name}${i}`;
    }
    return `${text}size(${name}) > 5${')'.repeat(times + 1)}`;
  }

  it.each(['^(a+)+$', '(a|aa)+$', '(x+x+)+y', '(.*a){12}$', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    'of the pattern %s grows with the text, and no faster',
    async (pattern) => {
      const { expression, error } = await compileExpression(`headers.x.matches(${JSON.stringify(pattern)})`);
      if (!expression) throw new Error(error.message);
      const headers = { x: `${'a'.repeat(16_000)}!` };
      const started = performance.now();
      expression.evaluate(contextOf({ ...FACTS, headers }, ['x']));
      // A backtracking engine needs longer than the universe for these.
      expect(performance.now() - started).toBeLessThan(500);
    },
  );

  it.each([
    '!'.repeat(4_000) + 'true',
    '-'.repeat(4_000) + '1 == 1',
    '('.repeat(2_000) + 'true' + ')'.repeat(2_000),
    '['.repeat(4_000),
    Array.from({ length: 1_300 }, () => '1').join('+') + ' == 2',
    Array.from({ length: 800 }, () => 'true').join('&&'),
    'true ? '.repeat(500) + 'true',
    '"' + 'a'.repeat(5_000) + '" == model',
    `model in [${'"a",'.repeat(600)}"b"]`,
  ])('of deep or long ones is refused or bounded: %.20s', async (text) => {
    const started = performance.now();
    const { expression } = await compileExpression(text);
    if (expression) expression.evaluate(contextOf(FACTS, []));
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('of anything at all is an answer, never an exception', async () => {
    const vocabulary =
      'model headers key tags team now input_tokens "a" 1 1.5 0 - + / % . ( ) [ ] , == != && || ! ? : in < exists map ' +
      'matches size int has cel bind x { } true null b"a" 9223372036854775808 "\\u" \n';
    const word = fc.constantFrom(...vocabulary.split(' '));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ maxLength: 60 }),
          fc.array(word, { maxLength: 14 }).map((words) => words.join(' ')),
        ),
        async (text) => {
          const { expression, error } = await compileExpression(text);
          expect(expression === undefined).not.toBe(error === undefined);
          expect(error?.offset ?? 0).toBeLessThanOrEqual(text.length);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
