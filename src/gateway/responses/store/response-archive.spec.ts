import { Logger } from '@nestjs/common';
import { ManualClock } from '../../../common/time/manual-clock.js';
import { FakeResponseStore } from './fake-response-store.js';
import { ResponseArchive } from './response-archive.js';
import type { ResponseEntry } from './response-store.port.js';

const SCOPE = 'team-a';

function entry(
  id: string,
  { previousId = null, body = '{}' }: { previousId?: string | null; body?: string } = {},
): ResponseEntry {
  const times = { createdAt: new Date(0), expiresAt: new Date(Date.UTC(2099, 0, 1)) };
  const response = {
    scope: SCOPE,
    id,
    status: 'completed',
    background: false,
    previousId,
    body,
    input: '[]',
    ...times,
  };
  return { response, events: [], itemIds: [`msg_of_${id}`] };
}

describe('The archive of responses', () => {
  let clock: ManualClock;
  let store: FakeResponseStore;
  let archive: ResponseArchive;

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => {
    clock = new ManualClock();
    store = new FakeResponseStore();
    archive = new ResponseArchive(store, clock);
  });

  const now = (): Date => new Date(clock.wallTime());
  const settled = async (promise: Promise<void>): Promise<boolean> => {
    let done = false;
    void promise.then(() => (done = true));
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    return done;
  };

  it('has written a response when it says so', async () => {
    await archive.keep(entry('resp_1'));
    expect(await store.find(SCOPE, 'resp_1', now())).toBeDefined();
    expect(clock.pending).toBe(0);
  });

  it('writes responses that end together in one go', async () => {
    await Promise.all(['resp_1', 'resp_2', 'resp_3'].map((id) => archive.keep(entry(id))));
    expect(store.saves).toEqual([['resp_1', 'resp_2', 'resp_3']]);
  });

  it('does not wait for a store that is away, finds what waits for it, and writes it when it is back', async () => {
    store.available = false;
    expect(archive.accepts).toBe(false);
    await archive.keep(entry('resp_1'));
    await archive.keep(entry('resp_2', { previousId: 'resp_1' }));
    expect((await archive.find(SCOPE, 'resp_1'))?.id).toBe('resp_1');
    expect((await archive.chain(SCOPE, 'resp_2')).map(({ id }) => id)).toEqual(['resp_1', 'resp_2']);
    expect((await archive.withItems(SCOPE, ['msg_of_resp_2'])).map(({ id }) => id)).toEqual(['resp_2']);
    await expect(archive.find(SCOPE, 'resp_3')).rejects.toMatchObject({ code: 'storage_unavailable' });

    store.available = true;
    clock.advance(1_000);
    await settled(archive.keep(entry('resp_3')));
    expect(await store.find(SCOPE, 'resp_1', now())).toBeDefined();
    expect(await store.find(SCOPE, 'resp_3', now())).toBeDefined();
    expect(archive.accepts).toBe(true);
  });

  it('lets an answer go on after some seconds when the store hangs', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    store.hold = promise;
    const kept = archive.keep(entry('resp_1'));
    expect(await settled(kept)).toBe(false);
    clock.advance(4_999);
    expect(await settled(kept)).toBe(false);
    clock.advance(1);
    expect(await settled(kept)).toBe(true);
    resolve();
  });

  it('loses no other response by one that cannot be written', async () => {
    store.unwritable = 'resp_bad';
    await Promise.all(['resp_1', 'resp_bad', 'resp_2'].map((id) => archive.keep(entry(id))));
    expect(await store.find(SCOPE, 'resp_1', now())).toBeDefined();
    expect(await store.find(SCOPE, 'resp_2', now())).toBeDefined();
    expect(await archive.find(SCOPE, 'resp_bad')).toBeUndefined();
  });

  it('takes no more than there is room for', async () => {
    store.available = false;
    const body = 'x'.repeat(30 * 1024 * 1024);
    for (const id of ['resp_1', 'resp_2', 'resp_3']) await archive.keep(entry(id, { body }));
    expect((await archive.find(SCOPE, 'resp_2'))?.id).toBe('resp_2');
    await expect(archive.find(SCOPE, 'resp_3')).rejects.toMatchObject({ status: 503 });
  });

  it('forgets what is deleted before it is written', async () => {
    store.available = false;
    await archive.keep(entry('resp_1'));
    store.available = true;
    expect(await archive.remove(SCOPE, 'resp_1')).toBe(true);
    clock.advance(1_000);
    await archive.drain();
    expect(await store.find(SCOPE, 'resp_1', now())).toBeUndefined();
    expect(await archive.remove(SCOPE, 'resp_1')).toBe(false);
  });

  it('writes what waits before the process ends', async () => {
    store.available = false;
    await archive.keep(entry('resp_1'));
    store.available = true;
    await archive.drain();
    expect(await store.find(SCOPE, 'resp_1', now())).toBeDefined();
    expect(clock.pending).toBe(0);
  });
});
