import { Module } from '@nestjs/common';
import { SystemClock } from '../common/time/clock.port.js';
import { AppConfig } from '../config/app.config.js';
import { checkRedisUrl } from './redis-address.js';
import { RedisLink } from './redis-link.js';

/** @throws ConfigError for a Redis that everybody can write to */
function makeLink({ REDIS_URL }: AppConfig): RedisLink | undefined {
  if (REDIS_URL === undefined) return undefined;
  checkRedisUrl(REDIS_URL);
  return new RedisLink(REDIS_URL, new SystemClock());
}

/** The connection to Redis, which is undefined without REDIS_URL. The counters start and close it. */
@Module({
  providers: [{ provide: RedisLink, useFactory: makeLink, inject: [AppConfig] }],
  exports: [RedisLink],
})
export class RedisModule {}
