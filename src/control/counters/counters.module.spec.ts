import { Global, Logger, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { claim, lease, randomScope } from '../../../test/support/counters.js';
import { describeOnRedis, REDIS } from '../../../test/support/redis.js';
import { LoneWorker } from '../../common/workers/lone-worker.js';
import { WorkerGroup } from '../../common/workers/worker-group.port.js';
import { AppConfig, validateConfig } from '../../config/app.config.js';
import { Notices } from '../notices/notices.port.js';
import { CountersHealth } from './counters-health.port.js';
import { CountersModule } from './counters.module.js';
import { Counters } from './counters.port.js';

async function start(settings: Record<string, string>): Promise<TestingModule> {
  @Global()
  @Module({
    providers: [
      { provide: AppConfig, useFactory: () => validateConfig(settings) },
      { provide: WorkerGroup, useClass: LoneWorker },
    ],
    exports: [AppConfig, WorkerGroup],
  })
  class ConfigModule {}

  const module = await Test.createTestingModule({ imports: [ConfigModule, CountersModule] }).compile();
  module.useLogger(false);
  Logger.overrideLogger(false);
  return module.init();
}

describe('The module of the counters', () => {
  it('counts in memory without REDIS_URL', async () => {
    const module = await start({});
    expect(module.get(CountersHealth).current).toMatchObject({ state: 'local', nodes: 1, openLeases: 0 });
    expect(module.get(Counters).admit(lease(randomScope(), 'a', [claim()]))).toMatchObject({ admitted: true });
    expect(module.get(CountersHealth).current).toMatchObject({ openLeases: 1, decisions: { counted: 1 } });
    const heard: string[] = [];
    module.get(Notices).on('keys', (message) => heard.push(message));
    await module.get(Notices).publish('keys', 'vk_1');
    expect(heard).toEqual(['vk_1']);
    await module.close();
  });

  it('refuses to start with a Redis that anybody can write to', async () => {
    await expect(start({ REDIS_URL: 'redis://10.0.0.5:6379' })).rejects.toThrow('requirepass');
  });

  it('starts while Redis is away', async () => {
    const from = performance.now();
    const module = await start({ REDIS_URL: 'redis://127.0.0.1:1/0' });
    expect(performance.now() - from).toBeLessThan(5_000);
    expect(module.get(CountersHealth).current.state).toBe('down');
    await module.close();
  });
});

describeOnRedis('The module of the counters with Redis', () => {
  it('shares them, and tells the last settlements when it ends', async () => {
    const [one, two] = [await start({ REDIS_URL: REDIS }), await start({ REDIS_URL: REDIS })];
    expect(one.get(CountersHealth).current.state).toBe('connected');
    const call = lease(randomScope(), 'a', [claim({ amount: 100 })]);
    expect(await one.get(Counters).admit(call)).toMatchObject({ admitted: true });
    one.get(Counters).settle(call, [60]);
    await one.close();
    expect(await two.get(Counters).read(call.scope, call.claims)).toMatchObject([{ used: 60, held: 0 }]);
    await two.close();
  });
});
