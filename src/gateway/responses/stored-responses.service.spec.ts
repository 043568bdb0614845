import { Logger } from '@nestjs/common';
import { lastValueFrom, NEVER, type Observable, of, Subject } from 'rxjs';
import { CallContext } from '../../common/context/call-context.js';
import { ManualClock } from '../../common/time/manual-clock.js';
import type { ChatChunk, ChatCompletion } from '../openai/chat.types.js';
import { InferenceRouter } from '../routing/inference-router.port.js';
import { ProviderRoutes } from '../routing/provider-routes.port.js';
import { BackgroundResponses } from './background/background-responses.js';
import { FakeResponseIds } from './fake-response-ids.js';
import { NativeResponses } from './native-responses.service.js';
import { ResponseReplay } from './replay/response-replay.js';
import type { ResponseObject } from './response-object.types.js';
import { ResponsesService } from './responses.service.js';
import type { ResponsesRequest } from './responses.types.js';
import { ResponseState } from './state/response-state.js';
import { FakeResponseStore } from './store/fake-response-store.js';
import { ResponseArchive } from './store/response-archive.js';
import { StoredResponsesService } from './stored-responses.service.js';

const MODEL = 'gpt-oss-120b';
const TTL_MS = 30 * 86_400_000;
const PAGE = { limit: 20, order: 'asc', after: undefined, include: [] } as const;
const WHOLE = { stream: false, startingAfter: -1, include: [] };

/** Answers with what the test gives it. */
class ScriptedRouter extends InferenceRouter {
  whole: Observable<ChatCompletion> = of({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: MODEL,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hello', refusal: null },
        finish_reason: 'stop',
        logprobs: null,
      },
    ],
  });
  readonly chunks = new Subject<readonly ChatChunk[]>();

  override complete(): Observable<ChatCompletion> {
    return this.whole;
  }

  override stream(): Observable<readonly ChatChunk[]> {
    return this.chunks;
  }

  override completeText(): never {
    throw new Error('not asked for');
  }

  override streamText(): never {
    throw new Error('not asked for');
  }

  override route(): never {
    throw new Error('not asked for');
  }
}

/** None of the providers has the Responses API itself. */
class NoProviders extends ProviderRoutes {
  override providersOf(): [] {
    return [];
  }

  override at(): never {
    throw new Error('not asked for');
  }
}

function chunk(content: string): ChatChunk {
  const head = { id: 'c', object: 'chat.completion.chunk', created: 1, model: MODEL } as const;
  return { ...head, choices: [{ index: 0, delta: { content }, finish_reason: null }] };
}

/** A node of a gateway: several can share a store and a clock. */
class Node {
  readonly router = new ScriptedRouter();
  readonly background: BackgroundResponses;
  readonly responses: ResponsesService;
  readonly stored: StoredResponsesService;

  constructor(
    readonly store: FakeResponseStore,
    readonly clock: ManualClock,
    ids: FakeResponseIds,
  ) {
    const archive = new ResponseArchive(store, clock);
    const state = new ResponseState(archive, ids, clock, { enabled: true, ttlMs: TTL_MS });
    this.background = new BackgroundResponses(this.router, state, store, ids, clock);
    const replay = new ResponseReplay(archive, this.background, clock);
    const native = new NativeResponses(this.router, new NoProviders(), ids, state);
    this.responses = new ResponsesService(this.router, ids, state, this.background, native);
    this.stored = new StoredResponsesService(state, archive, store, this.background, replay);
  }

  async create(request: Partial<ResponsesRequest> = {}, caller = 'team-a'): Promise<ResponseObject> {
    const answer = await lastValueFrom(
      this.responses.create({ model: MODEL, input: 'Hi', ...request }, callOf(caller), 'refuse'),
    );
    if (typeof answer === 'string') throw new Error('a stream was not asked for');
    return answer;
  }

  async status(id: string): Promise<string> {
    const response = await this.stored.retrieve(id, WHOLE, callOf('team-a'));
    return 'status' in response ? response.status : '';
  }
}

function callOf(caller: string): CallContext {
  const call = new CallContext('req_1');
  call.caller = { id: caller, storesContent: true };
  return call;
}

const turn = async (): Promise<void> => {
  for (let count = 0; count < 5; count++) await new Promise((resolve) => setImmediate(resolve));
};

describe('Responses of several callers and nodes', () => {
  let clock: ManualClock;
  let store: FakeResponseStore;
  let one: Node;
  let other: Node;

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => {
    clock = new ManualClock();
    store = new FakeResponseStore();
    const ids = new FakeResponseIds();
    one = new Node(store, clock, ids);
    other = new Node(store, clock, ids);
  });

  const notFound = (id: string) => ({ status: 404, message: `Response with id '${id}' not found.`, wireCode: null });

  it('shows a response to nobody else', async () => {
    const { id, output } = await one.create();
    const stranger = callOf('team-b');
    await expect(one.stored.retrieve(id, WHOLE, stranger)).rejects.toMatchObject(notFound(id));
    await expect(
      lastValueFrom(one.stored.retrieve(id, { ...WHOLE, stream: true }, stranger) as Observable<string>),
    ).rejects.toMatchObject(notFound(id));
    await expect(one.stored.inputItems(id, PAGE, stranger)).rejects.toMatchObject(notFound(id));
    await expect(one.stored.cancel(id, stranger)).rejects.toMatchObject(notFound(id));
    await expect(one.stored.remove(id, stranger)).rejects.toMatchObject(notFound(id));
    await expect(one.create({ previous_response_id: id }, 'team-b')).rejects.toMatchObject({
      code: 'previous_response_not_found',
    });
    const reference = [{ type: 'item_reference', id: output[0]?.id }];
    await expect(one.create({ input: reference }, 'team-b')).rejects.toMatchObject({ status: 400 });
    await expect(one.create({ input: reference })).resolves.toMatchObject({ status: 'completed' });
  });

  it('shows a running response to nobody else', async () => {
    one.router.whole = NEVER;
    const { id } = await one.create({ background: true });
    const stranger = callOf('team-b');
    await expect(one.stored.retrieve(id, WHOLE, stranger)).rejects.toMatchObject(notFound(id));
    await expect(one.stored.cancel(id, stranger)).rejects.toMatchObject(notFound(id));
    expect(await one.status(id)).toBe('in_progress');
  });

  it('finds a response until its time is over', async () => {
    const { id } = await one.create();
    clock.advance(TTL_MS - 1);
    expect(await one.status(id)).toBe('completed');
    clock.advance(1);
    await expect(one.status(id)).rejects.toMatchObject(notFound(id));
    await expect(one.create({ previous_response_id: id })).rejects.toMatchObject({
      code: 'previous_response_not_found',
    });
  });

  describe('with a response that runs', () => {
    it('keeps its lease for as long as it runs', async () => {
      one.router.whole = NEVER;
      const { id } = await one.create({ background: true });
      for (let minutes = 0; minutes < 5; minutes++) {
        for (let second = 0; second < 60; second++) {
          clock.advance(1_000);
          await turn();
        }
        expect(await store.orphans(new Date(clock.wallTime()), 9)).toEqual([]);
      }
      expect(await other.status(id)).toBe('in_progress');
    });

    it('stops it when another node has cancelled it', async () => {
      const { id } = await one.create({ background: true, stream: false });
      one.router.whole = NEVER;
      const waiting = await one.create({ background: true });
      await turn();
      expect(await other.status(id)).toBe('completed');
      expect((await other.stored.cancel(waiting.id, callOf('team-a'))).status).toBe('cancelled');
      for (let second = 0; second < 6; second++) {
        clock.advance(1_000);
        await turn();
      }
      expect(one.background.find('team-a', waiting.id)).toBeUndefined();
      expect(await one.status(waiting.id)).toBe('cancelled');
    });

    it('keeps the prompt out of the store until the upstream has answered', async () => {
      const secret = { input: 'my secret prompt', instructions: 'my secret rules', background: true, stream: true };
      const frames: string[] = [];
      one.responses
        .create({ model: MODEL, ...secret }, callOf('team-a'), 'refuse')
        .subscribe((text) => frames.push(typeof text === 'string' ? text : ''));
      for (let second = 0; second < 6; second++) {
        clock.advance(1_000);
        await turn();
      }
      const [row] = await store.orphans(new Date(clock.wallTime() + 61_000), 9);
      expect(JSON.stringify(row)).not.toContain('secret');
      expect(await store.events('team-a', row?.id ?? '', -1, 9)).toEqual([]);
      one.router.chunks.next([chunk('Hello')]);
      clock.advance(1_000);
      // Events are packed on another thread.
      while ((await store.events('team-a', row?.id ?? '', -1, 9)).length === 0) await turn();
      const [later] = await store.orphans(new Date(clock.wallTime() + 61_000), 9);
      expect(later?.input).toContain('my secret prompt');
      while (!frames.join('').includes('"delta":"Hello"')) await turn();
    });

    it('ends it for its reader although the store is away, and writes the end when it is back', async () => {
      const whole = new Subject<ChatCompletion>();
      one.router.whole = whole;
      const { id } = await one.create({ background: true });
      store.available = false;
      new ScriptedRouter().whole.subscribe(whole);
      await turn();
      expect(await one.status(id)).toBe('completed');
      await expect(other.status(id)).rejects.toMatchObject({ code: 'storage_unavailable' });
      store.available = true;
      clock.advance(1_000);
      await turn();
      expect(await other.status(id)).toBe('completed');
      expect(one.background.find('team-a', id)).toBeUndefined();
    });

    it('fails it when the process ends', async () => {
      one.router.whole = NEVER;
      const { id } = await one.create({ background: true });
      await one.background.beforeApplicationShutdown();
      expect(await other.status(id)).toBe('failed');
      const late = await one.create({ background: true });
      expect(await other.status(late.id)).toBe('failed');
    });
  });

  it('takes no more background responses than can wait', async () => {
    one.router.whole = NEVER;
    for (let count = 0; count < 64 + 1_000; count++) await one.create({ background: true });
    await expect(one.create({ background: true })).rejects.toMatchObject({ code: 'overloaded', status: 503 });
    await one.background.beforeApplicationShutdown();
  });
});
