import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateConfig } from '../app.config.js';
import { ConfigError } from '../config-error.js';
import { PROVIDER_KEYS } from '../provider-keys.js';
import { environmentSettings } from './environment-settings.js';
import { targetOf } from './settings-lookup.js';

const read = (file: string): string => readFileSync(join(__dirname, '../../..', file), 'utf8');

describe('keys of providers', () => {
  it.each(PROVIDER_KEYS.map(({ setting, type }) => [setting, type]))('%s stands where people look', (setting, type) => {
    const row = read('docs/configuration.md')
      .split('\n')
      .find((line) => line.startsWith(`| \`${setting}\` |`));
    expect(row).toContain(`\`${type}\``);
    expect(read('.env.example')).toContain(`# ${setting}=\n`);
    expect(read('docker-compose.yml')).toContain(`${setting}: \${${setting}:-}\n`);
    expect(validateConfig({ [setting]: 'k' })[setting]).toBe('k');
  });
});

describe('settings without a file', () => {
  it('are Cerebras with one key and the clocks of the environment', () => {
    const config = validateConfig({
      CEREBRAS_API_KEY: 'csk-1',
      CEREBRAS_BASE_URL: 'https://a.example/v1',
      ASBRU_CONNECT_TIMEOUT_MS: '1',
      ASBRU_FIRST_BYTE_TIMEOUT_MS: '2',
      ASBRU_IDLE_TIMEOUT_MS: '3',
      ASBRU_TOTAL_TIMEOUT_MS: '4',
      ASBRU_MAX_RETRIES: '5',
    });
    const { providers, source, routes } = environmentSettings(config);
    const cerebras = providers['cerebras'];
    expect(source).toBe('environment');
    expect(Object.keys(providers)).toEqual(['cerebras']);
    expect(Object.keys(routes)).toEqual([]);
    expect(cerebras).toMatchObject({
      name: 'cerebras',
      baseUrl: 'https://a.example',
      sandbox: false,
      retries: { max: 5 },
      policy: { timeouts: { connectMs: 1, firstByteMs: 2, firstTokenMs: 30_000, idleMs: 3, totalMs: 4 } },
    });
    expect(cerebras?.keys.map(({ name, value }) => [name, value.reveal()])).toEqual([['default', 'csk-1']]);
  });

  it('are the sandbox without a key, outside production', () => {
    expect(environmentSettings(validateConfig({})).providers['cerebras']).toMatchObject({ sandbox: true });
    expect(() => validateConfig({ NODE_ENV: 'production' })).toThrow('CEREBRAS_API_KEY is not set');
  });

  it('are also each provider whose usual key is set, at its own address', () => {
    const config = validateConfig({
      OPENAI_API_KEY: 'sk-1',
      MISTRAL_API_KEY: 'm-1',
      GROQ_API_KEY: '',
      OPENAI_BASE_URL: 'http://localhost:8080/v1',
    });
    const { providers } = environmentSettings(config);
    expect(Object.keys(providers)).toEqual(['cerebras', 'openai', 'mistral']);
    expect(providers['cerebras']?.sandbox).toBe(true);
    expect(providers['openai']).toMatchObject({ type: 'openai', baseUrl: 'https://api.openai.com', sandbox: false });
    expect(providers['openai']?.keys[0]?.value.reveal()).toBe('sk-1');
  });

  it('have no sandbox in production beside the provider that has a key', () => {
    const config = validateConfig({ NODE_ENV: 'production', ANTHROPIC_API_KEY: 'sk-ant-1' });
    expect(config.usesSandbox).toBe(false);
    expect(Object.keys(environmentSettings(config).providers)).toEqual(['anthropic']);
  });

  it('ignore the keys of the environment with a file', () => {
    const config = validateConfig({ OPENAI_API_KEY: 'sk-1', ASBRU_CONFIG: '/etc/asbru/asbru.yaml' });
    expect(config.usesSandbox).toBe(false);
  });

  it('are not needed with a file, also in production', () => {
    const config = validateConfig({ NODE_ENV: 'production', ASBRU_CONFIG: '/etc/asbru/asbru.yaml' });
    expect(config.usesSandbox).toBe(false);
    expect(config.ASBRU_CONFIG).toBe('/etc/asbru/asbru.yaml');
  });

  describe('names of models', () => {
    const aliases = (env: Record<string, string>) => {
      const settings = environmentSettings(validateConfig(env));
      return (name: string) => targetOf(settings, name);
    };
    const MODEL = { kind: 'model', provider: 'cerebras', model: 'gpt-oss-120b' };

    it('come from ASBRU_MODEL_ALIASES', () => {
      const target = aliases({
        CEREBRAS_API_KEY: 'csk-1',
        ASBRU_MODEL_ALIASES: 'claude-*=cerebras/gpt-oss-120b, small=claude-x,gpt-4o=small',
      });
      expect(['claude-opus-9', 'small', 'gpt-4o'].map(target)).toEqual([MODEL, MODEL, MODEL]);
      expect(target('gemini-9')).toBeUndefined();
    });

    it('are none with a key', () => {
      expect(aliases({ CEREBRAS_API_KEY: 'csk-1' })('claude-opus-9')).toBeUndefined();
    });

    it('are those of other vendors in the sandbox, unless others are set', () => {
      const target = aliases({});
      for (const name of ['claude-3-5-sonnet-20241022', 'gpt-4o', 'o3-mini', 'gemini-2.5-pro', 'anthropic/claude-x']) {
        expect([name, target(name)]).toEqual([name, MODEL]);
      }
      for (const name of ['gpt-oss-120', 'gpt-oss-20b', 'llama-9', 'openai/gpt-oss-120b', 'claude']) {
        expect([name, target(name)]).toEqual([name, undefined]);
      }
      expect(aliases({ ASBRU_MODEL_ALIASES: 'small=cerebras/gpt-oss-120b' })('gpt-4o')).toBeUndefined();
    });

    it('of a vendor that is configured are left to it', () => {
      const target = aliases({ OPENAI_API_KEY: 'sk-1' });
      expect(target('gpt-4o')).toBeUndefined();
      expect(target('claude-opus-9')).toEqual(MODEL);
    });

    it.each([
      ['a=', 'must be a comma-separated list of aliases'],
      ['a', 'must be a comma-separated list of aliases'],
      ['a=b=c', 'must be a comma-separated list of aliases'],
      ['a=openai/gpt-4o', "there is no provider 'openai'"],
      ['a=nowhere', "'nowhere' is no route and no alias"],
      ['a=b,b=a', 'the aliases go in a circle'],
    ])('that lead nowhere stop the start: %s', (ASBRU_MODEL_ALIASES, message) => {
      const start = () => environmentSettings(validateConfig({ CEREBRAS_API_KEY: 'csk-1', ASBRU_MODEL_ALIASES }));
      expect(start).toThrow(ConfigError);
      expect(start).toThrow(message);
      expect(start).toThrow('ASBRU_MODEL_ALIASES');
    });
  });
});
