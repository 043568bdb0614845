import { Global, Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { SystemClock } from '../../common/time/clock.port.js';
import { WorkerGroup } from '../../common/workers/worker-group.port.js';
import { RedisLink } from '../../persistence/redis-link.js';
import { RedisModule } from '../../persistence/redis.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { CountersHealth } from './counters-health.port.js';
import { Counters } from './counters.port.js';
import { CounterRepair, NoCounterRepair } from './counter-repair.port.js';
import { MemoryCounters } from './memory-counters.js';
import { RedisCounterRepair } from './redis/redis-counter-repair.js';
import { RedisCounters } from './redis-counters.js';
import { WorkerCounters } from './workers/worker-counters.js';

const IMPLEMENTATION = Symbol('IMPLEMENTATION');

type Implementation = MemoryCounters | RedisCounters | WorkerCounters;

function makeCounters(link: RedisLink | undefined, group: WorkerGroup): Implementation {
  const clock = new SystemClock();
  if (link) return new RedisCounters(link, clock);
  return group.isAlone ? new MemoryCounters(clock) : new WorkerCounters(group, clock);
}

/** What all nodes count together, and how they tell each other: in Redis with REDIS_URL, else in memory: the supervisor's when there are several workers. */
@Global()
@Module({
  imports: [RedisModule, NoticesModule],
  providers: [
    { provide: IMPLEMENTATION, useFactory: makeCounters, inject: [RedisLink, WorkerGroup] },
    { provide: Counters, useExisting: IMPLEMENTATION },
    { provide: CountersHealth, useExisting: IMPLEMENTATION },
    {
      provide: CounterRepair,
      useFactory: (link: RedisLink | undefined) => (link ? new RedisCounterRepair(link) : new NoCounterRepair()),
      inject: [RedisLink],
    },
  ],
  exports: [Counters, CountersHealth, CounterRepair, NoticesModule],
})
export class CountersModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(IMPLEMENTATION)
    private readonly counters: Implementation,
  ) {}

  /** Waits a second at most: a Redis that is away does not keep the gateway from starting. */
  async onModuleInit(): Promise<void> {
    await this.counters.start();
  }

  /** After the last answer, whose call is to be settled. */
  async onApplicationShutdown(): Promise<void> {
    await this.counters.stop();
  }
}
