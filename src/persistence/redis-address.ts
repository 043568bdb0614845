import { ConfigError } from '../config/config-error.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/**
 * Refuses a Redis that anybody on the network can write to: whoever can, sets budgets and forges notices.
 * @throws ConfigError that says how to mend it
 */
export function checkRedisUrl(text: string): void {
  const url = URL.parse(text);
  if (!url) throw new ConfigError('REDIS_URL is no URL: write redis://:password@host:6379/0.');
  if (url.password !== '' || LOOPBACK.test(url.hostname)) return;
  throw new ConfigError(
    [
      `REDIS_URL names ${url.hostname} and has no password. Whoever reaches a Redis without one can change budgets and`,
      'limits, so Asbru uses such a Redis on its own machine only. Give Redis a password (`requirepass` in redis.conf; in',
      'compose `command: redis-server --requirepass ${REDIS_PASSWORD}`) and write it into the URL:',
      'REDIS_URL=redis://:password@host:6379/0, or rediss:// with TLS.',
    ].join('\n'),
  );
}
