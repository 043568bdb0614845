import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Cerebras } from '@cerebras/cerebras_cloud_sdk';
import { createCerebras } from '@ai-sdk/cerebras';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ChatOpenAI } from '@langchain/openai';
import { Agent, ModelBehaviorError, OpenAIProvider, Runner } from '@openai/agents';
import { APICallError, embed, generateText, type LanguageModel, RetryError, streamText } from 'ai';
import { API_KEY, PLAIN_MODEL, UNKNOWN_MODEL } from '../support/fixtures.ts';
import { RecordingFetch } from '../support/recording-fetch.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();
const CHAT = '/v1/chat/completions';
const ABORT_MS = 1000;
const CONTEXT = {
  message: 'Please reduce the length of the messages or completion. Current length is 202427 while limit is 131072',
  type: 'invalid_request_error',
  param: 'messages',
  code: 'context_length_exceeded',
};
/** Its answer is longer than the frames after which a fault strikes. */
const STORY = 'Tell me a long story about the sea.';
const WAFER = { kind: 'stream-error', afterFrames: 4, error: { message: 'The wafer is on fire' } } as const;

const settings = (fetch: typeof globalThis.fetch = globalThis.fetch) => ({ apiKey: API_KEY, baseURL: stack.v1, fetch });
const FAMILIES: readonly (readonly [string, (id: string, fetch?: typeof globalThis.fetch) => LanguageModel])[] = [
  ['@ai-sdk/openai', (id, fetch) => createOpenAI(settings(fetch))(id)],
  ['@ai-sdk/openai chat', (id, fetch) => createOpenAI(settings(fetch)).chat(id)],
  ['@ai-sdk/openai completion', (id, fetch) => createOpenAI(settings(fetch)).completion(id)],
  ['@ai-sdk/cerebras', (id, fetch) => createCerebras(settings(fetch))(id)],
  ['@ai-sdk/openai-compatible', (id, fetch) => createOpenAICompatible({ ...settings(fetch), name: 'asbru' })(id)],
];

for (const [name, model] of FAMILIES) {
  describe(`errors of the AI SDK with ${name}`, () => {
    it('show the message of the gateway, not only the status', async () => {
      const error = await failure(generateText({ model: model(UNKNOWN_MODEL), prompt: 'Hello', maxRetries: 0 }));
      assert.ok(APICallError.isInstance(error), String(error));
      assert.equal(error.statusCode, 404);
      assert.equal(error.isRetryable, false);
      assert.match(error.message, /no-such-model/);
    });

    it('show the message of the upstream', async () => {
      await stack.sandbox.fault({ kind: 'status', status: 400, body: CONTEXT, times: 'always' });
      const error = await failure(generateText({ model: model(PLAIN_MODEL), prompt: 'Hello', maxRetries: 0 }));
      assert.ok(APICallError.isInstance(error), String(error));
      assert.equal(error.statusCode, 400);
      assert.match(error.message, /202427/);
    });

    it('wait as long as a rate limit says', async () => {
      await stack.sandbox.fault({ kind: 'rate-limit', quota: 'requests', retryAfter: 1, times: 'always' });
      const record = new RecordingFetch();
      const error = await failure(
        generateText({ model: model(PLAIN_MODEL, record.fetch), prompt: 'Hello', maxRetries: 1 }),
      );
      assert.ok(RetryError.isInstance(error), String(error));
      assert.deepEqual(record.statuses, [429, 429]);
      assert.ok((record.waits[0] ?? 0) >= 990, `waited ${record.waits[0]} ms`);
    });

    it('are a part of a stream that has begun', async () => {
      await stack.sandbox.fault(WAFER);
      const result = streamText({ model: model(PLAIN_MODEL), prompt: STORY, maxRetries: 0, onError: () => undefined });
      const parts = await Array.fromAsync(result.stream);
      assert.ok(parts.some((part) => part.type === 'text-delta'));
      const error = parts.find((part) => part.type === 'error');
      assert.ok(error, 'the stream has an error part');
      assert.match(
        JSON.stringify(error.error, Object.getOwnPropertyNames(Object(error.error))),
        /The wafer is on fire/,
      );
    });

    it('end the upstream request when the caller goes', async () => {
      await stack.sandbox.fault({ kind: 'stall', afterFrames: 4 });
      const controller = new AbortController();
      const result = streamText({
        model: model(PLAIN_MODEL),
        prompt: STORY,
        maxRetries: 0,
        abortSignal: controller.signal,
        onError: () => undefined,
      });
      for await (const part of result.stream) {
        if (part.type === 'text-delta') controller.abort();
      }
      const path = name.endsWith('completion') ? '/v1/completions' : CHAT;
      await stack.sandbox.untilAborted(path, ABORT_MS);
    });
  });
}

describe('errors of the AI SDK', () => {
  it('say that there are no embeddings', async () => {
    const error = await failure(
      embed({ model: createOpenAI(settings()).embeddingModel(PLAIN_MODEL), value: 'Hello', maxRetries: 0 }),
    );
    assert.ok(APICallError.isInstance(error), String(error));
    assert.equal(error.statusCode, 400);
    assert.match(error.responseBody ?? '', /"UnsupportedOperationError"/);
  });
});

describe('errors of the Cerebras SDK', () => {
  const cerebras = () =>
    new Cerebras({ apiKey: API_KEY, baseURL: stack.origin, maxRetries: 0, warmTCPConnection: false });
  const hello = { model: PLAIN_MODEL, messages: [{ role: 'user' as const, content: 'Hello' }] };

  it('are typed by their status', async () => {
    await stack.sandbox.fault({ kind: 'status', status: 400, body: CONTEXT }, { kind: 'status', status: 402 });
    const tooLong = await failure(cerebras().chat.completions.create(hello));
    assert.ok(tooLong instanceof Cerebras.BadRequestError, String(tooLong));
    assert.match(tooLong.message, /202427/);
    assert.ok((await failure(cerebras().chat.completions.create(hello))) instanceof Cerebras.RateLimitError);
    await stack.sandbox.fault({ kind: 'html', status: 520, times: 'always' });
    assert.ok((await failure(cerebras().chat.completions.create(hello))) instanceof Cerebras.InternalServerError);
  });

  it('are thrown in the middle of a stream', async () => {
    await stack.sandbox.fault(WAFER);
    const stream = await cerebras().chat.completions.create({
      model: PLAIN_MODEL,
      messages: [{ role: 'user', content: STORY }],
      stream: true,
    });
    // The SDK takes every error inside a stream for one of the connection, and keeps the real one as its cause.
    const error = await failure(Array.fromAsync(stream));
    assert.ok(error instanceof Cerebras.APIConnectionError, String(error));
    assert.match(String(error.cause), /The wafer is on fire/);
  });
});

for (const useResponsesApi of [false, true]) {
  describe(`errors of LangChain${useResponsesApi ? ' over Responses' : ''}`, () => {
    const model = () =>
      new ChatOpenAI({
        model: PLAIN_MODEL,
        apiKey: API_KEY,
        maxRetries: 0,
        useResponsesApi,
        configuration: { baseURL: stack.v1 },
      });

    it('show the message of the upstream', async () => {
      await stack.sandbox.fault({ kind: 'status', status: 400, body: CONTEXT, times: 'always' });
      assert.match(String(await failure(model().invoke('Hello'))), /202427/);
    });

    if (useResponsesApi) return;
    it('are thrown in the middle of a stream', async () => {
      await stack.sandbox.fault(WAFER);
      assert.match(String(await failure(Array.fromAsync(await model().stream(STORY)))), /The wafer is on fire/);
    });
  });
}

for (const useResponses of [true, false]) {
  describe(`errors of the Agents SDK over ${useResponses ? 'Responses' : 'chat completions'}`, () => {
    const run = async (stream: boolean) => {
      const modelProvider = new OpenAIProvider({ apiKey: API_KEY, baseURL: stack.v1, useResponses });
      const runner = new Runner({ modelProvider, tracingDisabled: true });
      const agent = new Agent({ name: 'plain', model: PLAIN_MODEL });
      if (!stream) return runner.run(agent, 'Hello');
      return (await runner.run(agent, STORY, { stream: true })).completed;
    };

    it('show the message of the upstream', async () => {
      await stack.sandbox.fault({ kind: 'status', status: 400, body: CONTEXT, times: 'always' });
      assert.match(String(await failure(run(false))), /202427/);
    });

    it('are thrown in the middle of a stream', async () => {
      await stack.sandbox.fault(WAFER);
      const error = await failure(run(true));
      // Over Responses it names the terminal event, not the message inside.
      if (useResponses) assert.ok(error instanceof ModelBehaviorError, String(error));
      assert.match(String(error), useResponses ? /response\.failed/ : /The wafer is on fire/);
    });
  });
}

async function failure(call: PromiseLike<unknown>): Promise<unknown> {
  return Promise.resolve(call).then(
    () => assert.fail('the call should have failed'),
    (reason: unknown) => reason,
  );
}
