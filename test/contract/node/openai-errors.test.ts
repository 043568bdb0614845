import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type OpenAI from 'openai';
import { PLAIN_MODEL, REASONING_MODEL, RED_PIXEL, UNKNOWN_MODEL } from '../support/fixtures.ts';
import { OPENAI_SDKS } from '../support/openai-clients.ts';
import { RecordingFetch } from '../support/recording-fetch.ts';
import { useStack } from '../support/stack.ts';

type ApiError = InstanceType<typeof OpenAI.APIError>;
type ErrorClass = new (...args: never[]) => ApiError;
type Expected = Partial<Pick<ApiError, 'status' | 'code' | 'param' | 'type'>>;

const stack = useStack();
const CHAT = '/v1/chat/completions';
const hello = { model: PLAIN_MODEL, messages: [{ role: 'user' as const, content: 'Hello' }] };
/** Its answer is longer than the frames after which a fault strikes. */
const STORY = 'Tell me a long story about the sea.';
const story = { model: PLAIN_MODEL, messages: [{ role: 'user' as const, content: STORY }], stream: true as const };
/** Checks 21: an upstream request must be closed this soon after its caller has gone. */
const ABORT_MS = 1000;

for (const { name, client, sdk } of OPENAI_SDKS) {
  describe(`errors with ${name}`, () => {
    const openai = (options: ConstructorParameters<typeof OpenAI>[0] = {}) =>
      client(stack.v1, { maxRetries: 0, ...options });
    const chat = (body: object, options?: OpenAI.RequestOptions) =>
      openai().chat.completions.create(
        { ...hello, ...body } as OpenAI.Chat.ChatCompletionCreateParamsNonStreaming,
        options,
      );

    describe('of the request', () => {
      it('name the parameter that is missing or wrong', async () => {
        await rejects(chat({ messages: undefined }), sdk.BadRequestError, {
          param: 'messages',
          type: 'invalid_request_error',
        });
        await rejects(chat({ messages: [] }), sdk.BadRequestError, {
          param: 'messages',
          type: 'invalid_request_error',
        });
        await rejects(chat({ temperature: 3 }), sdk.BadRequestError, {
          param: 'temperature',
          type: 'invalid_request_error',
        });
        await rejects(chat({ model: undefined }), sdk.BadRequestError, {
          param: 'model',
          type: 'invalid_request_error',
        });
        assert.equal((await stack.sandbox.requests(CHAT)).length, 0);
      });

      it('say that a model is not there, on every endpoint', async () => {
        const expected: Expected = {
          status: 404,
          code: 'model_not_found',
          param: 'model',
          type: 'invalid_request_error',
        };
        await rejects(chat({ model: UNKNOWN_MODEL }), sdk.NotFoundError, expected);
        await rejects(chat({ model: UNKNOWN_MODEL, stream: true }), sdk.NotFoundError, expected);
        await rejects(
          openai().completions.create({ model: UNKNOWN_MODEL, prompt: 'Hello' }),
          sdk.NotFoundError,
          expected,
        );
        await rejects(openai().responses.create({ model: UNKNOWN_MODEL, input: 'Hello' }), sdk.NotFoundError, expected);
      });

      it('say that a model sees no images', async () => {
        const content = [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: RED_PIXEL } },
        ];
        const error = await rejects(
          chat({ model: REASONING_MODEL, messages: [{ role: 'user', content }] }),
          sdk.BadRequestError,
          {
            type: 'invalid_request_error',
          },
        );
        assert.match(error.message, /image/);
      });

      it('refuse a parameter that would be filtered, for a strict caller', async () => {
        const strict = chat({ store: true }, { headers: { 'x-asbru-strict': 'true' } });
        await rejects(strict, sdk.BadRequestError, { param: 'store', code: 'unsupported_parameter' });
      });

      it('say that a path is not there', async () => {
        await rejects(openai().get('/no-such-path'), sdk.NotFoundError, { type: 'invalid_request_error' });
      });

      it('carry the request id', async () => {
        const { exchanges, fetch } = new RecordingFetch();
        const error = await rejects(
          openai({ fetch }).chat.completions.create({ ...hello, model: UNKNOWN_MODEL }),
          sdk.NotFoundError,
          {},
        );
        assert.ok(error.requestID);
        assert.equal(error.requestID, exchanges[0]?.headers.get('x-request-id'));
      });
    });

    describe('of an operation that the provider does not have', () => {
      const file = () => new File(['audio'], 'speech.wav', { type: 'audio/wav' });
      const operations: Record<string, () => Promise<unknown>> = {
        embeddings: () => openai().embeddings.create({ model: PLAIN_MODEL, input: 'Hello' }),
        'image generation': () => openai().images.generate({ model: PLAIN_MODEL, prompt: 'A house' }),
        speech: () => openai().audio.speech.create({ model: PLAIN_MODEL, input: 'Hello', voice: 'alloy' }),
        transcription: () => openai().audio.transcriptions.create({ model: PLAIN_MODEL, file: file() }),
        'listing files': async () => openai().files.list(),
        'uploading a file': () => openai().files.create({ file: file(), purpose: 'batch' }),
        batches: () =>
          openai().batches.create({
            input_file_id: 'file-1',
            endpoint: '/v1/chat/completions',
            completion_window: '24h',
          }),
      };
      for (const [operation, call] of Object.entries(operations)) {
        it(`say so for ${operation}`, async () => {
          const error = await rejects(call(), sdk.BadRequestError, {
            type: 'UnsupportedOperationError',
            code: 'unsupported_operation',
          });
          assert.ok(error.message.length > '400 '.length);
        });
      }
    });

    describe('of the upstream', () => {
      it('keep what it said about a request', async () => {
        const message =
          'Please reduce the length of the messages or completion. Current length is 202427 while limit is 131072';
        const body = {
          message,
          type: 'invalid_request_error',
          param: 'messages',
          code: 'context_length_exceeded',
          id: '',
        };
        await stack.sandbox.fault({ kind: 'status', status: 400, body, times: 'always' });
        const expected: Expected = {
          code: 'context_length_exceeded',
          param: 'messages',
          type: 'invalid_request_error',
        };
        const error = await rejects(chat({}), sdk.BadRequestError, expected);
        assert.match(error.message, /202427/);
        await rejects(openai().responses.create({ model: PLAIN_MODEL, input: 'Hello' }), sdk.BadRequestError, {
          ...expected,
          param: 'input',
        });
      });

      it('are a rate limit whose wait the client keeps', async () => {
        await stack.sandbox.fault({ kind: 'rate-limit', quota: 'requests', retryAfter: 1, times: 'always' });
        const record = new RecordingFetch();
        const refused = openai({ fetch: record.fetch, maxRetries: 1 }).chat.completions.create(hello);
        const error = await rejects(refused, sdk.RateLimitError, { type: 'requests', code: 'rate_limit_exceeded' });
        assert.equal(error.headers?.get('retry-after'), '1');
        assert.deepEqual(record.statuses, [429, 429]);
        assert.ok((record.waits[0] ?? 0) >= 990, `waited ${record.waits[0]} ms`);
      });

      it('are a rate limit whose wait the gateway works out from the reset', async () => {
        const headers = { 'x-ratelimit-remaining-tokens-minute': '0', 'x-ratelimit-reset-tokens-minute': '5.5' };
        await stack.sandbox.fault({ kind: 'rate-limit', quota: 'tokens', headers, times: 'always' });
        const error = await rejects(chat({}), sdk.RateLimitError, { type: 'tokens', code: 'rate_limit_exceeded' });
        assert.equal(error.headers?.get('retry-after'), '6');
        assert.equal(error.headers?.get('retry-after-ms'), '5500');
      });

      it('pass when the load does', async () => {
        await stack.sandbox.fault({ kind: 'rate-limit', quota: 'queue' });
        const completion = await openai({ maxRetries: 2 }).chat.completions.create(hello);
        assert.ok(completion.choices[0]?.message.content);
      });

      it('are told once when money is short: the client does not try again', async () => {
        await stack.sandbox.fault({ kind: 'status', status: 402, times: 'always' });
        const record = new RecordingFetch();
        const refused = openai({ fetch: record.fetch, maxRetries: 2 }).chat.completions.create(hello);
        await rejects(refused, sdk.RateLimitError, { type: 'insufficient_quota', code: 'insufficient_quota' });
        assert.deepEqual(record.statuses, [429]);
        assert.equal(record.exchanges[0]?.headers.get('x-should-retry'), 'false');
      });

      it('are a server error without the HTML of its edge', async () => {
        for (const status of [500, 502, 503, 520]) {
          await stack.sandbox.reset();
          await stack.sandbox.fault(
            status === 500 ? { kind: 'status', status, times: 'always' } : { kind: 'html', status, times: 'always' },
          );
          const error = await rejects(chat({}), sdk.InternalServerError, {});
          assert.ok(error.message && !/[<>]/.test(error.message), error.message);
        }
      });

      it('do not blame the caller for the key of the gateway', async () => {
        const body = {
          message: 'Wrong API Key',
          type: 'invalid_request_error',
          param: 'api_key',
          code: 'wrong_api_key',
        };
        await stack.sandbox.fault({ kind: 'status', status: 401, body, times: 'always' });
        const error = await rejects(chat({}), sdk.InternalServerError, { status: 502, code: 'upstream_auth_error' });
        assert.ok(!error.message.includes('csk-'));
      });

      it('have their status when they come before the first word of a stream', async () => {
        await stack.sandbox.fault({ kind: 'stream-error', afterFrames: 0, statusCode: 429, times: 'always' });
        await rejects(chat({ stream: true }), sdk.RateLimitError, { status: 429 });
      });

      for (const [ending, fault] of [
        [
          'an error in the middle of a stream',
          { kind: 'stream-error', afterFrames: 4, error: { message: 'The wafer is on fire' } },
        ],
        ['a stream that ends too early', { kind: 'cut', afterFrames: 4, how: 'end' }],
        ['a connection that breaks', { kind: 'cut', afterFrames: 4, how: 'reset' }],
      ] as const) {
        it(`are thrown after the words that came before: ${ending}`, async () => {
          await stack.sandbox.fault(fault);
          const stream = await openai().chat.completions.create(story);
          let text = '';
          const read = async () => {
            for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
          };
          const error = await rejects(read(), sdk.APIError, {});
          assert.ok(text);
          assert.ok(error.message && error.type && error.code);
          if (fault.kind === 'stream-error') assert.match(error.message, /The wafer is on fire/);
        });

        it(`fail a text completion: ${ending}`, async () => {
          await stack.sandbox.fault(fault);
          const stream = await openai().completions.create({ model: PLAIN_MODEL, prompt: STORY, stream: true });
          await rejects(Array.fromAsync(stream), sdk.APIError, {});
        });

        it(`end a response as failed: ${ending}`, async () => {
          await stack.sandbox.fault(fault);
          const response = await openai().responses.stream({ model: PLAIN_MODEL, input: STORY }).finalResponse();
          assert.equal(response.status, 'failed');
          assert.equal(response.error?.code, 'server_error');
          assert.ok(response.output_text);
        });
      }
    });

    describe('of a caller who goes', () => {
      it('end the upstream request of a stream', async () => {
        await stack.sandbox.fault({ kind: 'stall', afterFrames: 4 });
        const stream = await openai().chat.completions.create(story);
        for await (const chunk of stream) {
          if (chunk.choices[0]?.delta.content) break;
        }
        stream.controller.abort();
        await stack.sandbox.untilAborted(CHAT, ABORT_MS);
      });

      it('end the upstream request of a response stream', async () => {
        await stack.sandbox.fault({ kind: 'stall', afterFrames: 4 });
        const stream = await openai().responses.create({ model: PLAIN_MODEL, input: STORY, stream: true });
        for await (const event of stream) {
          if (event.type === 'response.output_text.delta') break;
        }
        stream.controller.abort();
        await stack.sandbox.untilAborted(CHAT, ABORT_MS);
      });

      it('end the upstream request of an answer that is awaited', async () => {
        await stack.sandbox.fault({ kind: 'never' });
        const controller = new AbortController();
        const refused = assert.rejects(chat({}, { signal: controller.signal }), sdk.APIUserAbortError);
        while ((await stack.sandbox.requests(CHAT)).length === 0) await new Promise(setImmediate);
        controller.abort();
        await refused;
        await stack.sandbox.untilAborted(CHAT, ABORT_MS);
      });
    });

    /** Asserts that a call fails as the given class, with the given members, and hands its error on. */
    async function rejects(call: PromiseLike<unknown>, type: ErrorClass, expected: Expected) {
      const error = await Promise.resolve(call).then(
        () => assert.fail('the call should have been refused'),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof type, String(error));
      for (const [member, value] of Object.entries(expected))
        assert.equal(error[member as keyof Expected], value, member);
      return error;
    }
  });
}
