import { Global, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { SystemClock } from '../../common/time/clock.port.js';
import { AppConfig } from '../../config/app.config.js';
import { RedisLink } from '../../persistence/redis-link.js';
import { RedisModule } from '../../persistence/redis.module.js';
import { MemoryNotices } from './memory-notices.js';
import { Notices } from './notices.port.js';
import { RedisNotices } from './redis-notices.js';

function makeNotices({ REDIS_URL }: AppConfig, link: RedisLink | undefined): Notices {
  return REDIS_URL === undefined || !link ? new MemoryNotices() : new RedisNotices(REDIS_URL, link, new SystemClock());
}

/** What the nodes tell each other: over Redis when there is one. */
@Global()
@Module({
  imports: [RedisModule],
  providers: [{ provide: Notices, useFactory: makeNotices, inject: [AppConfig, RedisLink] }],
  exports: [Notices],
})
export class NoticesModule implements OnModuleInit, OnApplicationShutdown {
  constructor(private readonly notices: Notices) {}

  onModuleInit(): void {
    if (this.notices instanceof RedisNotices) this.notices.start();
  }

  onApplicationShutdown(): void {
    if (this.notices instanceof RedisNotices) this.notices.stop();
  }
}
