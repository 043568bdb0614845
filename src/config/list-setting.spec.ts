import 'reflect-metadata';
import { validateConfig } from './app.config.js';

describe('Settings that are lists', () => {
  it('may have blanks and empty parts', () => {
    const config = validateConfig({
      ASBRU_ALLOWED_HOSTS: ' a.example.com, *.b.org:8080 ,',
      ASBRU_TRUSTED_PROXIES: '::1',
    });
    expect(config.allowedHosts).toEqual(['a.example.com', '*.b.org:8080']);
    expect(config.trustedProxies).toEqual(['::1']);
  });

  it('are empty by default', () => {
    const config = validateConfig({ ASBRU_ALLOWED_HOSTS: '' });
    expect([config.allowedHosts, config.trustedProxies]).toEqual([[], []]);
  });

  it.each([
    [
      { ASBRU_TRUSTED_PROXIES: '10.0.0.0/8,everybody' },
      'ASBRU_TRUSTED_PROXIES must be a comma-separated list of addresses',
    ],
    [
      { ASBRU_ALLOWED_HOSTS: 'https://example.com' },
      'ASBRU_ALLOWED_HOSTS must be a comma-separated list of names of hosts',
    ],
  ])('stop the start when a part cannot be right: %j', (env, words) => {
    expect(() => validateConfig(env)).toThrow(words);
  });
});
