import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { SettingsError } from '../settings-error.js';
import { parseSettings } from '../settings-loader.js';
import type { GovernanceSettings } from './governance-settings.types.js';

const PROVIDERS = 'version: 1\nproviders: { a: { type: cerebras, keys: [{ name: k, value: v }] } }\n';
const KEY = 'sk-bf-0123456789abcdefghijklmnopqrstuvwxyz';
const ENV = { CI_KEY: KEY, OTHER_KEY: `${KEY}2`, SHORT: 'sk-1', OWN: `sk-asbru-${KEY}`, SPACED: `${KEY} x` };

/** The section of the page about the file, as its readers will begin. */
const DOCUMENTED = /^governance:\n(?:[ ].*\n)+/m.exec(readFileSync('docs/configuration-file.md', 'utf8'))?.[0] ?? '';

function load(text: string, env: Record<string, string> = ENV): GovernanceSettings | undefined {
  return parseSettings(Buffer.from(PROVIDERS + text), 'asbru.yaml', env).governance;
}

function problems(inside: string): string[] {
  const text = `governance:\n  organizations:\n    acme:\n${inside.replaceAll(/^/gm, '      ')}\n`;
  try {
    load(text);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    if (error.message.includes(KEY)) throw new Error('a key is quoted', { cause: error });
    return error.problems.map(
      ({ path, message }) => `${path.replace('governance.organizations.acme', '')}: ${message}`,
    );
  }
}

describe('The section governance', () => {
  it('is not there when the file has none', () => {
    expect(load('')).toBeUndefined();
    expect(load('governance: {}')).toEqual({ revision: 0, organizations: [], policies: [], roles: [], prices: [] });
  });

  it('gives what the page declares, with defaults', () => {
    const governance = load(DOCUMENTED, { ACME_CI_KEY: KEY });
    const [acme] = governance?.organizations ?? [];
    expect(acme).toMatchObject({
      key: 'acme',
      name: 'Acme Corp.',
      customers: [{ key: 'retail', name: 'retail', budgets: [] }],
      teams: [
        {
          key: 'research',
          customer: 'retail',
          budgets: [{ amount_usd: 50, period: 'month', time_zone: 'Europe/Berlin' }],
          rateLimits: [{ metric: 'requests', limit: 60, window: '1m' }],
        },
      ],
      users: [{ key: 'ada', name: 'Ada', email: 'ada@example.com' }],
      policies: [
        {
          key: 'save-the-rest',
          name: 'save-the-rest',
          effect: 'cap',
          caps: { max_completion_tokens: 1024 },
          priority: 100,
          enabled: true,
          dryRun: false,
          targetModel: null,
          message: null,
          models: [],
        },
      ],
      roles: [{ key: 'key-desk', permissions: ['virtual_keys:read', 'virtual_keys:create'] }],
    });
    const [key] = acme?.virtualKeys ?? [];
    expect(key).toMatchObject({ key: 'ci', team: 'research', user: 'ada', customer: null, project: null });
    expect(key?.terms).toEqual({ allowed_providers: ['cerebras'], allowed_models: ['*'], tags: ['batch'] });
    expect(key?.value.reveal()).toBe(KEY);
    expect(inspect(governance, { depth: 9 }) + JSON.stringify(governance)).not.toContain(KEY);
    expect(governance?.prices).toHaveLength(1);
  });

  it('changes the version of the settings, a key too', () => {
    const version = (text: string, env = ENV): string =>
      parseSettings(Buffer.from(PROVIDERS + text), 'asbru.yaml', env).version;
    const text = 'governance: { organizations: { a: { virtual_keys: { ci: { value: "${CI_KEY}" } } } } }';
    expect(version(text)).toBe(version(text));
    expect(version('')).not.toBe(version(text));
    expect(version(text, { ...ENV, CI_KEY: ENV.OTHER_KEY })).not.toBe(version(text));
  });

  it.each([
    ['teams: { a: { custmer: x } }', ".teams.a.custmer: unknown field: did you mean 'customer'?"],
    [
      'teams: { a: { customer: retial } }\ncustomers: { retail: {} }',
      ".teams.a.customer: there is no customer of this name: did you mean 'retail'?",
    ],
    [
      'projects: { a: { team: x } }',
      ".projects.a.team: there is no team of this name: declare it in 'teams' of this organization",
    ],
    ['users: { a: {} }', ".users.a: the field 'email' is missing: add it"],
    ['users: { a: { email: nobody } }', '.users.a.email: must be an e-mail address'],
    [
      'users: { a: { email: A@x.y }, b: { email: a@X.y } }',
      '.users.b.email: another user of this organization has this address',
    ],
    [
      'budgets: [{ amount_usd: 1, period: fortnight }]',
      '.budgets[0].period: must be hour, day, week, month, quarter, year or prepaid, or a time such as 30d, 12h, 90m',
    ],
    [
      'budgets: [{ amount_usd: "1.0000001", period: day }]',
      '.budgets[0].amount_usd: must be dollars with at most six decimals, such as 50.00',
    ],
    [
      'budgets: [{ amount_usd: 0.0000001, period: day }]',
      '.budgets[0].amount_usd: must have at most six decimals; write small amounts in quotation marks',
    ],
    [
      'budgets: [{ amount_usd: 1, period: day, time_zone: Mars/Base }]',
      '.budgets[0].time_zone: is no time zone: write one such as Europe/Berlin',
    ],
    [
      'budgets: [{ amount_usd: 1, period: 30d, time_zone: UTC }]',
      '.budgets[0].time_zone: is for periods of the calendar: remove it',
    ],
    ['budgets: [{ amount_usd: 1, period: 9999d }]', '.budgets[0].period: must be at most 366d'],
    [
      "budgets: [{ amount_usd: 1, period: day, overrides: [{ amount_usd: 1, from: '2027-01-02T00:00Z', until: '2027-01-01T00:00Z' }] }]",
      ".budgets[0].overrides[0].until: must be after 'from'",
    ],
    ['rate_limits: [{ metric: requests, limit: 1 }]', ".rate_limits[0]: the field 'window' is missing: add it"],
    [
      'rate_limits: [{ metric: concurrency, limit: 1, window: 1m }]',
      '.rate_limits[0].window: is not for concurrency: remove it',
    ],
    ['rate_limits: [{ metric: requests, limit: 1, window: 2d }]', '.rate_limits[0].window: must be at most 24h'],
    ['rate_limits: [{ metric: requests, limit: 0, window: 1m }]', '.rate_limits[0].limit: must be at least 1'],
    [
      'policies: { a: { effect: route_to, expression: "true" } }',
      ".policies.a: the effect 'route_to' needs the field 'target_model': add it",
    ],
    [
      'policies: { a: { effect: allow, expression: "true", message: no } }',
      ".policies.a.message: is for the effect 'deny' only",
    ],
    [
      'policies: { a: { effect: block, expression: "true" } }',
      '.policies.a.effect: must be one of: allow, deny, route_to, cap',
    ],
    ['roles: { a: { permissions: [] } }', '.roles.a.permissions: must have at least one entry'],
    ['prices: [{ provider: a, model: m }]', '.prices[0]: has no rate: add one, such as input_usd_per_million'],
    [
      "prices: [{ provider: a, model: m, usd_per_image: 1, valid_from: '2027-01-02', valid_until: '2027-01-01' }]",
      '.prices[0].valid_until: must be after valid_from',
    ],
    [
      'virtual_keys: { a: { value: "${CI_KEY}", networks: [10.0.0.0/33] } }',
      '.virtual_keys.a.networks[0]: must be an address or a network in CIDR notation, such as 10.0.0.0/8',
    ],
    [
      "virtual_keys: { a: { value: '${CI_KEY}', expires_at: '2027-02-31T99:00:00Z' } }",
      '.virtual_keys.a.expires_at: there is no such time',
    ],
    ['virtual_keys: { a: { value: "${SHORT}" } }', '.virtual_keys.a.value: must have 32 to 256 characters'],
    ['virtual_keys: { a: { value: "${SPACED}" } }', '.virtual_keys.a.value: must be visible ASCII without spaces'],
    [
      'virtual_keys: { a: { value: "${OWN}" } }',
      '.virtual_keys.a.value: must not begin with sk-asbru-: these keys are made by the gateway',
    ],
    [
      'virtual_keys: { a: { value: "${NOT_SET}" } }',
      '.virtual_keys.a.value: the environment variable NOT_SET is not set: set it, or write ${NOT_SET:-default}',
    ],
    [
      'virtual_keys: { a: { value: "${CI_KEY}" }, b: { value: "${CI_KEY}" } }',
      '.virtual_keys.b.value: another virtual key has the same value: each needs one of its own',
    ],
    [
      'virtual_keys: { a: { value: "${CI_KEY}", scopes: [everything] } }',
      '.virtual_keys.a.scopes[0]: must be one of: inference, embeddings, images, audio, moderations, files, batches, models, routing',
    ],
  ])('refuses %s', (inside, problem) => {
    expect(problems(inside)).toEqual([problem]);
  });

  it.each([`'${KEY}'`, `'\${NOT_SET:-${KEY}}'`, `'x\${CI_KEY}'`])(
    'refuses a key that stands in the file: %#',
    (value) => {
      const message =
        '.virtual_keys.a.value: a key must not stand in the file: write ${NAME} of the environment, without a default, or allow_literal: true';
      expect(problems(`virtual_keys: { a: { value: ${value} } }`)).toEqual([message]);
      expect(problems(`virtual_keys: { a: { value: ${value}, allow_literal: true } }`)).toEqual([]);
    },
  );

  it('quotes no key that became the name of a field', () => {
    expect(problems(`virtual_keys: { a: { value: "\${CI_KEY}", ${KEY}: } }`).join()).toContain('unknown field');
  });

  it('takes keys of two organisations that have one name, and no value twice', () => {
    const text = (second: string) =>
      `governance: { organizations: { a: { virtual_keys: { ci: { value: "\${CI_KEY}" } } }, b: { virtual_keys: { ci: { value: "\${${second}}" } } } } }`;
    expect(load(text('OTHER_KEY'))?.organizations).toHaveLength(2);
    expect(() => load(text('CI_KEY'))).toThrow('another virtual key has the same value');
  });
});
