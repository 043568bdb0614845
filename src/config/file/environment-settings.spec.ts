import 'reflect-metadata';
import { validateConfig } from '../app.config.js';
import { environmentSettings } from './environment-settings.js';

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
});
