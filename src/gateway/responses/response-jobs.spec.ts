import { Logger } from '@nestjs/common';
import { ManualClock } from '../../common/time/manual-clock.js';
import { ResponseJobs } from './response-jobs.js';
import { FakeResponseStore } from './store/fake-response-store.js';
import type { StoredResponse } from './store/response-store.port.js';

const DAY_MS = 86_400_000;

describe('Jobs on stored responses', () => {
  let clock: ManualClock;
  let store: FakeResponseStore;
  let jobs: ResponseJobs;

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => {
    clock = new ManualClock();
    store = new FakeResponseStore();
    jobs = new ResponseJobs(store, clock, { enabled: true, ttlMs: DAY_MS });
  });
  afterEach(() => jobs.beforeApplicationShutdown());

  const now = (): Date => new Date(clock.wallTime());
  const later = (ms: number): Date => new Date(clock.wallTime() + ms);
  const turn = async (): Promise<void> => {
    for (let count = 0; count < 50; count++) await Promise.resolve();
  };

  function response(id: string, changes: Partial<StoredResponse> = {}): StoredResponse {
    return {
      scope: 'team-a',
      id,
      status: 'in_progress',
      background: true,
      previousId: null,
      body: JSON.stringify({ id, object: 'response', status: 'in_progress', error: null, output: [] }),
      input: null,
      createdAt: now(),
      expiresAt: later(DAY_MS),
      ...changes,
    };
  }

  it('deletes what has expired, in as many batches as it takes', async () => {
    const entries = Array.from({ length: 1_200 }, (_, index) => ({
      response: response(`resp_${index}`),
      events: [],
      itemIds: [],
    }));
    await store.save(entries);
    jobs.onApplicationBootstrap();
    clock.advance(DAY_MS - 1);
    await turn();
    expect(await store.find('team-a', 'resp_0', now())).toBeDefined();
    for (let step = 0; step < 10; step++) {
      clock.advance(600_000);
      await turn();
    }
    expect(await store.purge(later(DAY_MS), 9_999)).toBe(0);
  });

  it('fails a response whose node has gone, and no other', async () => {
    await store.begin(response('resp_dead'), { owner: 'gone', until: later(60_000) });
    await store.begin(response('resp_live'), { owner: 'there', until: later(120_000) });
    clock.advance(60_000);
    await jobs.failOrphans();
    expect((await store.find('team-a', 'resp_dead', now()))?.status).toBe('in_progress');
    clock.advance(1);
    await jobs.failOrphans();
    const dead = await store.find('team-a', 'resp_dead', now());
    expect(dead?.status).toBe('failed');
    expect(JSON.parse(dead?.body ?? '')).toMatchObject({
      status: 'failed',
      error: { code: 'server_error' },
      output: [],
    });
    expect((await store.find('team-a', 'resp_live', now()))?.status).toBe('in_progress');
  });

  it('goes on after the store was away, and stops with the gateway', async () => {
    jobs.onApplicationBootstrap();
    store.available = false;
    clock.advance(1_000);
    await turn();
    store.available = true;
    await store.begin(response('resp_dead'), { owner: 'gone', until: later(1) });
    for (let step = 0; step < 4; step++) {
      clock.advance(15_000);
      await turn();
    }
    expect((await store.find('team-a', 'resp_dead', now()))?.status).toBe('failed');
    jobs.beforeApplicationShutdown();
    expect(clock.pending).toBe(0);
  });
});
