import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Anthropic, * as anthropic from '@anthropic-ai/sdk';
import OpenAI, * as openai from 'openai';
import { PLAIN_MODEL } from '../support/fixtures.ts';
import { RecordingFetch } from '../support/recording-fetch.ts';
import { useStack } from '../support/stack.ts';

const SETUP_TOKEN = 'setup-token-of-the-contract-tests-0123456789ABCDEF';
const stack = useStack({ ASBRU_AUTH: 'required', ASBRU_SETUP_TOKEN: SETUP_TOKEN });
const MESSAGES = [{ role: 'user' as const, content: 'Say: hello' }];

/** Set up by whoever needs it first. */
let owner: Promise<{ token: string }> | undefined;

async function post<T>(path: string, body: object, token = ''): Promise<T> {
  const answer = await fetch(`${stack.origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return (await answer.json()) as T;
}

async function keyWith(terms: object): Promise<string> {
  owner ??= post('/admin/v1/setup', { setup_token: SETUP_TOKEN, name: 'owner' });
  const { token } = await owner;
  const everything = { name: 'key', allowed_providers: ['*'], allowed_models: ['*'] };
  return (await post<{ key: string }>('/admin/v1/virtual-keys', { ...everything, ...terms }, token)).key;
}

const rate = (limit: number, window: string): object => ({ rate_limits: [{ metric: 'requests', limit, window }] });

/** One SDK with the key as its only credential. */
interface Client {
  readonly name: string;
  readonly ask: (apiKey: string, fetch: typeof globalThis.fetch) => Promise<unknown>;
  readonly errors: Readonly<Record<401 | 402 | 403 | 429, abstract new (...args: never[]) => Error>>;
  /** Where the SDK has the gateway's own code. */
  readonly codeOf: (error: unknown) => unknown;
}

const CLIENTS: readonly Client[] = [
  {
    name: 'openai',
    ask: (apiKey, fetch) =>
      new OpenAI({ apiKey, baseURL: stack.v1, fetch }).chat.completions.create({
        model: PLAIN_MODEL,
        messages: MESSAGES,
      }),
    errors: {
      401: openai.AuthenticationError,
      402: openai.APIError,
      403: openai.PermissionDeniedError,
      429: openai.RateLimitError,
    },
    codeOf: (error) => (error as InstanceType<typeof openai.APIError>).code,
  },
  {
    name: '@anthropic-ai/sdk',
    ask: (apiKey, fetch) =>
      new Anthropic({ apiKey, baseURL: stack.origin, fetch }).messages.create({
        model: PLAIN_MODEL,
        max_tokens: 100,
        messages: MESSAGES,
      }),
    errors: {
      401: anthropic.AuthenticationError,
      402: anthropic.APIError,
      403: anthropic.PermissionDeniedError,
      429: anthropic.RateLimitError,
    },
    codeOf: (error) => (error as { error: { error: { type: string } } }).error.error.type,
  },
];

for (const { name, ask, errors, codeOf } of CLIENTS) {
  describe(`${name} with a virtual key`, () => {
    /** Asks once, by the SDK's own habits, and says with what it failed and how often it was sent. */
    const failure = async (key: string, status: 401 | 402 | 403 | 429): Promise<[code: unknown, requests: number]> => {
      const recording = new RecordingFetch();
      const error: unknown = await ask(key, recording.fetch).then(
        () => assert.fail('the call was answered'),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof errors[status], String(error));
      assert.equal((error as { status?: number }).status, status);
      return [codeOf(error), recording.exchanges.length];
    };

    it('is answered', async () => {
      await ask(await keyWith({}), fetch);
    });

    it('raises its own error for each refusal, and sends no such call again', async () => {
      const isOpenAi = name === 'openai';
      assert.deepEqual(await failure('sk-asbru-k7f2m9qx-notakeyofanybody00', 401), [
        isOpenAi ? 'invalid_api_key' : 'authentication_error',
        1,
      ]);
      const poor = await keyWith({ budgets: [{ amount_usd: '0', period: 'day' }] });
      assert.deepEqual(await failure(poor, 402), [isOpenAi ? 'budget_exceeded' : 'billing_error', 1]);
      const narrow = await keyWith({ allowed_models: ['other*'] });
      assert.deepEqual(await failure(narrow, 403), [isOpenAi ? 'model_not_allowed' : 'permission_error', 1]);
      const hourly = await keyWith(rate(1, '1h'));
      await ask(hourly, fetch);
      assert.deepEqual(await failure(hourly, 429), [isOpenAi ? 'rate_limit_exceeded' : 'rate_limit_error', 1]);
    });

    it('waits for a limit that frees soon, and sends the call again', async () => {
      const key = await keyWith(rate(1, '1s'));
      await ask(key, fetch);
      const recording = new RecordingFetch();
      await ask(key, recording.fetch);
      assert.ok(recording.exchanges.length >= 2, String(recording.statuses));
    });
  });
}
