import { parseSettings } from './settings-loader.js';
import { keysFor, policyFor, targetOf } from './settings-lookup.js';
import type { GatewaySettings, ProviderSettings } from './gateway-settings.types.js';

const TEXT = `version: 1
providers:
  cerebras:
    type: cerebras
    base_url: \${BASE:-https://a.example/v1/}
    keys:
      - { name: main, value: '\${KEY:-k1}', weight: 2.5 }
      - { name: spare, value: k2, models: ['gpt-*'], limits: { tokens_per_minute: 9 } }
    timeouts: { idle_ms: 11, first_byte_ms: 50000 }
    breaker: { open_ms: 700 }
    models:
      '*': { malformed_chunk: skip }
      gpt-*: { timeouts: { connect_ms: 12 }, breaker: { slow_ms: 5000 } }
      gpt-oss: { timeouts: { first_token_ms: 13 } }
models:
  aliases: { 'gpt-*': fast, gpt-4: gpt-4o, gpt-4o: cerebras/gpt-oss, '*': cerebras/other, cerebras/old: cerebras/new }
routes:
  fast: { strategy: weighted, targets: [gpt-4, { model: cerebras/x, weight: 3 }] }
`;

function load(text = TEXT, env: Record<string, string> = {}): GatewaySettings {
  return parseSettings(Buffer.from(text), 'asbru.yaml', env);
}

function cerebras(settings = load()): ProviderSettings {
  const provider = settings.providers['cerebras'];
  if (!provider) throw new Error('no provider');
  return provider;
}

describe('a snapshot', () => {
  it('has every default', () => {
    const settings = load('version: 1\nproviders: { a: { type: cerebras, keys: [{ name: k, value: v }] } }');
    expect(JSON.parse(JSON.stringify(settings))).toEqual({
      version: settings.version,
      source: 'asbru.yaml',
      providers: {
        a: {
          name: 'a',
          type: 'cerebras',
          baseUrl: 'https://api.cerebras.ai',
          headers: {},
          apiVersion: null,
          deployments: {},
          profile: {},
          sandbox: false,
          allowPrivateAddresses: false,
          ca: null,
          passthroughKeys: false,
          keys: [
            {
              name: 'k',
              value: '[redacted]',
              weight: 1,
              models: ['*'],
              limits: { requestsPerMinute: null, tokensPerMinute: null, uncachedTokensPerMinute: null },
            },
          ],
          retries: { max: 2, budgetPercent: 20, budgetFloor: 3, baseMs: 100, maxWaitMs: 2000 },
          retiredKeyProbeMs: 60_000,
          policy: {
            timeouts: {
              connectMs: 2000,
              firstByteMs: 30_000,
              firstTokenMs: 30_000,
              idleMs: 30_000,
              totalMs: 900_000,
              afterFinishMs: 1500,
            },
            breaker: {
              consecutiveFailures: 5,
              failureRatio: 0.5,
              minimumRequests: 20,
              windowMs: 10_000,
              slowMs: null,
              openMs: 5000,
            },
            malformedChunk: 'fail',
          },
          models: [],
        },
      },
      aliases: { exact: {}, patterns: [] },
      routes: {},
      routing: {
        sessionAffinity: { enabled: true, headers: ['x-asbru-session'], promptCacheKey: true },
        quotaQueue: { maxWaiting: 100, maxWaitMs: 5000 },
        adaptive: {
          choice: 'power_of_two',
          recomputeMs: 1000,
          ewmaHalfLifeMs: 10_000,
          minimumRequests: 5,
          explorationPercent: 5,
          degradedErrorRate: 0.05,
          failedErrorRate: 0.25,
          degradedLatencyRatio: 2,
          failedHoldMs: 5000,
          recoveryStartPercent: 10,
          recoveryRampMs: 30_000,
          influence: { errors: 0.5, firstToken: 0.2, throughput: 0.1, queueTime: 0.1, utilisation: 0.1 },
        },
      },
    });
  });

  it('holds what the file says', () => {
    const { baseUrl, keys } = cerebras();
    expect(baseUrl).toBe('https://a.example');
    expect(keys.map(({ name, value, weight }) => [name, value.reveal(), weight])).toEqual([
      ['main', 'k1', 2.5],
      ['spare', 'k2', 1],
    ]);
    expect(keys[1]?.limits).toEqual({ requestsPerMinute: null, tokensPerMinute: 9, uncachedTokensPerMinute: null });
    expect(load().routes['fast']).toMatchObject({
      strategy: 'weighted',
      targets: [
        { provider: 'cerebras', model: 'gpt-oss', weight: 1 },
        { provider: 'cerebras', model: 'x', weight: 3 },
      ],
    });
  });

  it('cannot be changed, at any depth', () => {
    const settings = load();
    const parts: unknown[] = [settings];
    for (const part of parts) {
      expect(Object.isFrozen(part)).toBe(true);
      parts.push(...Object.values(Object(part)).filter((value) => typeof value === 'object' && value !== null));
    }
    expect(parts.length).toBeGreaterThan(40);
  });
});

describe('the version', () => {
  it('is the same for the same content in another form', () => {
    const other = TEXT.replace('{ open_ms: 700 }', '\n      # a comment\n      open_ms: 700')
      .replace('version: 1\n', '')
      .concat('version: 1\n');
    expect(load(other).version).toBe(load().version);
    expect(load().version).toMatch(/^[0-9a-f]{12}$/);
    // A default that is written out changes nothing.
    expect(load(TEXT.replace('open_ms: 700', 'open_ms: 700, window_ms: 10000')).version).toBe(load().version);
  });

  it('is another for any change, also of a key', () => {
    const versions = [
      load(),
      load(TEXT, { KEY: 'k9' }),
      load(TEXT.replace('value: k2', 'value: k3')),
      load(TEXT.replace('700', '701')),
      load(TEXT.replace('[gpt-4, ', '[cerebras/y, ')),
    ].map(({ version }) => version);
    expect(new Set(versions).size).toBe(versions.length);
  });
});

describe('targetOf', () => {
  it.each([
    ['fast', { kind: 'route', route: 'fast' }],
    ['gpt-4', { kind: 'model', provider: 'cerebras', model: 'gpt-oss' }],
    ['gpt-5', { kind: 'route', route: 'fast' }],
    ['claude', { kind: 'model', provider: 'cerebras', model: 'other' }],
    ['openai/o3', { kind: 'model', provider: 'cerebras', model: 'other' }],
    ['cerebras/old', { kind: 'model', provider: 'cerebras', model: 'new' }],
    // A pattern for everything hides no provider.
    ['cerebras/qwen/3', { kind: 'model', provider: 'cerebras', model: 'qwen/3' }],
  ])('%s', (name, expected) => {
    expect(targetOf(load(), name)).toEqual(expected);
  });

  it('finds nothing in names of objects', () => {
    const settings = load(TEXT.replace("'*': cerebras/other, ", ''));
    for (const name of ['constructor', '__proto__', 'toString', 'constructor/x', 'unknown', 'cerebras/', '/x', '']) {
      expect(targetOf(settings, name)).toBeUndefined();
    }
  });
});

describe('policyFor', () => {
  it('takes the most specific override over the provider over the defaults', () => {
    const exact = policyFor(cerebras(), 'gpt-oss');
    expect(exact.timeouts).toMatchObject({ firstTokenMs: 13, idleMs: 11, connectMs: 2000 });
    expect(exact.malformedChunk).toBe('fail');
    expect(policyFor(cerebras(), 'gpt-4')).toMatchObject({
      timeouts: { connectMs: 12, idleMs: 11, totalMs: 900_000 },
      breaker: { slowMs: 5000, openMs: 700, windowMs: 10_000 },
    });
    expect(policyFor(cerebras(), 'qwen').malformedChunk).toBe('skip');
    const plain = cerebras(load(TEXT.replace("'*': { malformed_chunk: skip }", '')));
    expect(policyFor(plain, 'qwen')).toBe(plain.policy);
  });

  it('lets the first token be as late as the first byte', () => {
    expect(cerebras().policy.timeouts).toMatchObject({ firstByteMs: 50_000, firstTokenMs: 50_000 });
  });
});

it('keysFor gives the keys that may be used for a model', () => {
  expect(keysFor(cerebras(), 'gpt-oss').map(({ name }) => name)).toEqual(['main', 'spare']);
  expect(keysFor(cerebras(), 'qwen').map(({ name }) => name)).toEqual(['main']);
});
