import { ConfigError } from '../config/config-error.js';
import { checkRedisUrl } from './redis-address.js';

describe('REDIS_URL', () => {
  it.each([
    'redis://localhost:6379/0',
    'redis://127.0.0.1',
    'redis://[::1]:6379',
    'redis://:secret@redis:6379/0',
    'rediss://user:secret@redis.example.com:6380/2',
  ])('may be %s', (url) => {
    expect(() => checkRedisUrl(url)).not.toThrow();
  });

  it.each([
    'redis://redis:6379',
    'redis://10.0.0.5:6379/0',
    'rediss://redis.example.com',
    'redis://user@redis:6379',
    'redis://127.0.0.1.example.com',
    'redis://localhost.example.com:6379',
  ])('must have a password: %s', (url) => {
    expect(() => checkRedisUrl(url)).toThrow(ConfigError);
    expect(() => checkRedisUrl(url)).toThrow('requirepass');
  });

  it('is not repeated when it is none', () => {
    expect(() => checkRedisUrl('redis://:secret@')).toThrow(/^((?!secret).)*$/s);
  });
});
