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

  it('are not needed with a file, also in production', () => {
    const config = validateConfig({ NODE_ENV: 'production', ASBRU_CONFIG: '/etc/asbru/asbru.yaml' });
    expect(config.usesSandbox).toBe(false);
    expect(config.ASBRU_CONFIG).toBe('/etc/asbru/asbru.yaml');
  });
});
