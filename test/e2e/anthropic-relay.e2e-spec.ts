import type { SandboxFault } from '../../src/gateway/providers/sandbox/sandbox-fault.js';
import type { Answer } from '../support/answer.js';
import { first } from '../support/answer.js';
import { Fleet, keyValue } from '../support/fleet.js';

const MODEL = 'claude-sonnet-4-5-20250929';
const user = (content: unknown) => ({ role: 'user', content });
const WEATHER = {
  name: 'get_weather',
  description: 'Weather in a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const LONG = { type: 'text', text: 'word '.repeat(1_500), cache_control: { type: 'ephemeral' } };

/** Requests whose answers show all that a message can hold. */
const REQUESTS: ReadonlyArray<readonly [string, object]> = [
  ['plain text', { messages: [user('Say: Grüße 👋🏽')] }],
  ['a stop sequence', { messages: [user('Say: hello there')], stop_sequences: ['there'] }],
  ['a length limit', { messages: [user('Explain tides')], max_tokens: 5 }],
  ['parallel calls beside text', { messages: [user('Weather in Paris and London?')], tools: [WEATHER] }],
  [
    'a call without arguments',
    { messages: [user('Weather?')], tools: [{ ...WEATHER, input_schema: { type: 'object' } }] },
  ],
  ['thoughts', { messages: [user('Say: hm')], thinking: { type: 'enabled', budget_tokens: 1_024 }, max_tokens: 2_000 }],
  ['hidden thoughts', { model: 'claude-opus-5-5', messages: [user('Say: hm')] }],
  ['a cached prompt', { system: [LONG], messages: [user('Say: hm')] }],
  ['a refusal', { messages: [user('ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1')] }],
  [
    'an image',
    {
      messages: [
        user([
          { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
          { type: 'text', text: 'Say: ok' },
        ]),
      ],
    },
  ],
];

describe('Messages by way of the gateway and direct', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start({
      providers: {
        anthropic: {
          type: 'anthropic',
          settings: { retries: { max: 0 }, breaker: { consecutive_failures: 1_000, minimum_requests: 10_000 } },
        },
      },
      settings: { models: { aliases: { 'claude-mine': `anthropic/${MODEL}` } } },
    });
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet.close());

  const HEADERS = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'a-2026-01-01,b-2026-01-01' };
  const body = (request: object) => ({ model: MODEL, max_tokens: 1_000, ...request });

  const through = (request: object): Promise<Answer> =>
    fleet.gateway.post('/anthropic/v1/messages', body(request), HEADERS);

  async function direct(request: object): Promise<string> {
    const answer = await fetch(`${fleet.sandbox('anthropic').url}/v1/messages`, {
      method: 'POST',
      headers: { ...HEADERS, 'x-api-key': keyValue('anthropic', 'main'), 'content-type': 'application/json' },
      body: JSON.stringify(body(request)),
    });
    return answer.text();
  }

  /** Ids and signatures are made anew for every answer, with the same length: all other bytes have to be the same. */
  const comparable = (text: string): string =>
    text.replace(/"(msg|toolu|req)_01\w{22}"/g, '"$1"').replace(/("signature":")[^"]+"/g, '$1s"');

  describe.each([false, true])('streamed: %s', (stream) => {
    it.each(REQUESTS)('is the same, byte for byte: %s', async (_name, request) => {
      const one = await direct({ ...request, stream });
      fleet.reset();
      const other = await through({ ...request, stream });
      expect(other.status).toBe(200);
      expect(comparable(other.text)).toBe(comparable(one));
    });

    it.each(REQUESTS)('differs in nothing but the model under an alias: %s', async (_name, request) => {
      const one = await direct({ ...request, model: MODEL, stream });
      fleet.reset();
      const other = await through({ ...request, model: 'claude-mine', stream });
      expect(comparable(other.text)).toBe(comparable(one).replace(`"model":"${MODEL}"`, '"model":"claude-mine"'));
      expect(other.headers['x-asbru-model']).toBe(MODEL);
    });
  });

  it.each([1, 3, 1_000])('is the same in pieces of %d bytes', async (sizes) => {
    const request = { messages: [user('Say: Grüße 👋🏽')], stream: true };
    const one = await direct(request);
    fleet.sandbox('anthropic').script({ kind: 'split', sizes });
    expect(comparable((await through(request)).text)).toBe(comparable(one));
  });

  it.each([
    { kind: 'format', lineEnd: 'crlf' },
    { kind: 'format', noise: true },
    { kind: 'format', noSpace: true },
  ] as const)('keeps the form of the stream: %j', async (fault) => {
    const request = { messages: [user('Say: hi')], stream: true };
    fleet.sandbox('anthropic').script(fault);
    const one = await direct(request);
    fleet.sandbox('anthropic').script(fault);
    const answer = await fleet.gateway.open('/anthropic/v1/messages', { body: body(request), headers: HEADERS });
    expect(comparable(await answer.body.text())).toBe(comparable(one));
  });

  it('sends the caller’s own body on, with the gateway’s key', async () => {
    const request = {
      system: [LONG],
      messages: [user([{ ...LONG, text: 'Say: a' }])],
      metadata: { user_id: 'u' },
      top_k: 5,
      fallbacks: ['anthropic/claude-haiku-4-5'],
    };
    await through({ ...request, model: 'claude-mine' });
    const { json, headers } = first(fleet.sent('anthropic'));
    const { fallbacks: _, ...sent } = request;
    expect(json).toEqual({ max_tokens: 1_000, ...sent, model: MODEL });
    expect(headers).toMatchObject({ ...HEADERS, 'x-api-key': keyValue('anthropic', 'main') });
  });

  it('lets signed thoughts through, turn by turn', async () => {
    const request = { thinking: { type: 'enabled', budget_tokens: 1_024 }, max_tokens: 2_000, tools: [WEATHER] };
    const messages: object[] = [user('Weather in Paris?')];
    const { content } = (await through({ ...request, messages })).json() as {
      content: Array<{ type: string; id: string }>;
    };
    const call = content.find(({ type }) => type === 'tool_use');
    const result = { type: 'tool_result', tool_use_id: call?.id, content: 'sunny' };
    messages.push({ role: 'assistant', content }, user([result]));
    const answer = await through({ ...request, messages });
    expect([content[0]?.type, answer.status]).toEqual(['thinking', 200]);
  });

  it('shows the limits as Anthropic does', async () => {
    const { headers } = await through({ messages: [user('Say: a')] });
    expect(headers['anthropic-ratelimit-input-tokens-remaining']).toMatch(/^\d+$/);
    expect(headers['anthropic-ratelimit-requests-reset']).toMatch(/^\d{4}-.*Z$/);
    expect(headers['x-ratelimit-remaining-requests']).toBeUndefined();
  });

  describe('in failure', () => {
    const HI = { messages: [user('Say: hello there')] };
    const errorOf = (answer: Answer) => (answer.json() as { error: { type: string; message: string } }).error;

    it.each([
      [{ kind: 'status', status: 529 }, 529, 'overloaded_error'],
      [{ kind: 'status', status: 500 }, 502, 'api_error'],
      [{ kind: 'status', status: 413 }, 413, 'request_too_large'],
    ] as const)('%j', async (fault, status, type) => {
      fleet.sandbox('anthropic').script(fault);
      const answer = await through(HI);
      expect([answer.status, errorOf(answer).type]).toEqual([status, type]);
      expect(answer.headers['request-id']).toBe(answer.json().request_id);
    });

    it('a limit, with its wait', async () => {
      fleet.sandbox('anthropic').script({ kind: 'rate-limit', quota: 'tokens', retryAfter: 7 });
      // Another model: the gateway leaves this one alone for as long as it was told to.
      const answer = await through({ ...HI, model: 'claude-haiku-4-5-20251001' });
      expect([answer.status, errorOf(answer).type, answer.headers['retry-after']]).toEqual([
        429,
        'rate_limit_error',
        '7',
      ]);
    });

    it('says what the API says of a wrong request', async () => {
      const answer = await through({ ...HI, max_tokens: 100_000 });
      expect(answer.status).toBe(400);
      expect(errorOf(answer)).toEqual({
        type: 'invalid_request_error',
        message: `max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens for ${MODEL}`,
      });
    });

    it.each<SandboxFault>([
      { kind: 'cut', afterFrames: 5 },
      { kind: 'cut', afterFrames: 5, how: 'reset' },
      { kind: 'no-done' },
      { kind: 'stream-error', afterFrames: 5 },
    ])('a stream that breaks ends with an error event: %j', async (fault) => {
      fleet.sandbox('anthropic').script(fault);
      const answer = await through({ ...HI, stream: true });
      const events = answer.frames.map(({ event }) => event);
      expect([answer.status, events[0], events.at(-1)]).toEqual([200, 'message_start', 'error']);
      expect(events.filter((event) => event === 'error')).toHaveLength(1);
      expect(events).not.toContain('message_stop');
    });

    it('a stream that did not begin is a status', async () => {
      fleet.sandbox('anthropic').script({ kind: 'stream-error', afterFrames: 3 });
      const answer = await through({ ...HI, stream: true });
      expect([answer.status, errorOf(answer)]).toEqual([529, { type: 'overloaded_error', message: 'Overloaded' }]);
    });
  });
});
