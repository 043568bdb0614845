import { Global, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { SystemClock } from '../../common/time/clock.port.js';
import { WorkerGroup } from '../../common/workers/worker-group.port.js';
import { AppConfig } from '../../config/app.config.js';
import { RedisLink } from '../../persistence/redis-link.js';
import { RedisModule } from '../../persistence/redis.module.js';
import { LocalNotices } from './local-notices.js';
import { Notices } from './notices.port.js';
import { RedisNotices } from './redis-notices.js';

function makeNotices({ REDIS_URL }: AppConfig, link: RedisLink | undefined, group: WorkerGroup): Notices {
  if (REDIS_URL !== undefined && link) return new RedisNotices(REDIS_URL, link, new SystemClock());
  return new LocalNotices(group);
}

/** What the nodes tell each other: over Redis when there is one, else over the supervisor of this machine's workers. */
@Global()
@Module({
  imports: [RedisModule],
  providers: [{ provide: Notices, useFactory: makeNotices, inject: [AppConfig, RedisLink, WorkerGroup] }],
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
