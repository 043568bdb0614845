import type { ChatMessage } from '../../src/gateway/openai/chat.types.js';
import { Accumulated } from '../support/answer.js';
import { Fleet } from '../support/fleet.js';

const MODEL = 'google/gemini-3.8-flash';
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const TOOLS = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'The weather of a city',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
        additionalProperties: false,
      },
    },
  },
];
const user = (content: string): ChatMessage => ({ role: 'user', content });

describe('OpenAI’s dialect over the gemini provider', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await Fleet.start({
      providers: { google: { type: 'gemini', settings: { retries: { max: 0 } } } },
      settings: { models: { aliases: { 'gpt-4o': MODEL } } },
    });
  });
  beforeEach(() => fleet.reset());
  afterAll(() => fleet.close());

  const chat = (body: Record<string, unknown>) => fleet.gateway.chat({ model: MODEL, ...body });
  const sent = () =>
    fleet.sent('google').at(-1)?.json as { contents: unknown[]; generationConfig?: Record<string, unknown> };

  it('answers, with thoughts and counts', async () => {
    const answer = await chat({ messages: [user('Say: hello')] });
    expect(answer.completion).toMatchObject({
      object: 'chat.completion',
      model: 'gemini-3.8-flash',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'hello', reasoning: expect.stringContaining('We need') as string },
          finish_reason: 'stop',
        },
      ],
    });
    const { usage } = answer.completion;
    expect(usage?.completion_tokens).toBeGreaterThan(usage?.completion_tokens_details?.reasoning_tokens ?? 0);
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
  });

  it('streams the same', async () => {
    const messages = [user('Tell me of the sea')];
    const whole = await chat({ messages });
    const stream = await chat({ messages, stream: true, stream_options: { include_usage: true } });
    const all = new Accumulated(stream.chunks);
    expect(all.content).toBe(whole.choice.message.content);
    expect(all.reasoning).toBe(whole.choice.message.reasoning);
    expect(all).toMatchObject({ role: 'assistant', finish: 'stop', finishes: 1 });
    expect(stream.endsWithDone).toBe(true);
    expect(stream.chunks.at(-1)?.usage).toEqual(whole.completion.usage);
  });

  it('goes round a loop of tools, with the signatures that came', async () => {
    const messages: ChatMessage[] = [user('What is the weather in Paris and London?')];
    const first = await chat({ messages, tools: TOOLS });
    expect(first.choice.finish_reason).toBe('tool_calls');
    const calls = first.choice.message.tool_calls ?? [];
    expect(calls.map((call) => call.function.arguments)).toEqual(['{"city":"Paris"}', '{"city":"London"}']);
    expect(calls[0]?.extra_content).toEqual({ google: { thought_signature: expect.any(String) as string } });
    messages.push(
      first.choice.message,
      ...calls.map(({ id }): ChatMessage => ({ role: 'tool', tool_call_id: id, content: 'sunny' })),
    );
    const second = await chat({ messages, tools: TOOLS });
    expect(second.choice.message.content).toContain('sunny and sunny');
    expect(JSON.stringify(sent().contents)).not.toContain('skip_thought');
  });

  it('goes round it with clients that lose the signatures', async () => {
    const calls = [{ id: 'a', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }];
    const messages = [
      user('What is the weather in Paris?'),
      { role: 'assistant', content: null, tool_calls: calls },
      { role: 'tool', tool_call_id: 'a', content: 'rain' },
    ];
    expect((await chat({ messages, tools: TOOLS })).choice.message.content).toContain('rain');
  });

  it('streams calls whole', async () => {
    const stream = await chat({
      messages: [user('What is the weather in Paris and London?')],
      tools: TOOLS,
      stream: true,
    });
    const all = new Accumulated(stream.chunks);
    expect(all.finish).toBe('tool_calls');
    expect(all.calls.map((call) => call.arguments)).toEqual(['{"city":"Paris"}', '{"city":"London"}']);
    expect(new Set(all.calls.map(({ id }) => id)).size).toBe(2);
  });

  it('sees images and keeps to schemas', async () => {
    const content = [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
    ];
    expect((await chat({ messages: [{ role: 'user', content }] })).status).toBe(200);
    expect(JSON.stringify(sent().contents)).toContain(`"data":"${PNG}"`);
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    };
    const answer = await chat({
      messages: [user('A city')],
      response_format: { type: 'json_schema', json_schema: { name: 'city', strict: true, schema } },
    });
    expect(JSON.parse(answer.choice.message.content ?? '')).toEqual({ name: expect.any(String) as string });
    expect(sent().generationConfig).toMatchObject({ responseMimeType: 'application/json', responseJsonSchema: schema });
  });

  it('sends what Gemini takes and names what it does not', async () => {
    const answer = await chat({
      messages: [user('Say: hi')],
      temperature: 0.5,
      top_p: 0.9,
      top_k: 5,
      n: 2,
      seed: 3,
      stop: ['x', 'y'],
      max_tokens: 90,
      presence_penalty: 0.5,
      logprobs: true,
      top_logprobs: 2,
      reasoning_effort: 'low',
      user: 'u',
      logit_bias: { 1: 2 },
      parallel_tool_calls: true,
    });
    expect(answer.completion.choices).toHaveLength(2);
    expect(answer.choice.logprobs?.content?.[0]?.top_logprobs).toHaveLength(2);
    expect(answer.filtered).toEqual(['user', 'logit_bias']);
    expect(sent().generationConfig).toEqual({
      temperature: 0.5,
      topP: 0.9,
      topK: 5,
      candidateCount: 2,
      seed: 3,
      stopSequences: ['x', 'y'],
      maxOutputTokens: 90,
      presencePenalty: 0.5,
      responseLogprobs: true,
      logprobs: 2,
      thinkingConfig: { includeThoughts: true, thinkingLevel: 'LOW' },
    });
  });

  it('says the caller’s own name for the model', async () => {
    expect((await fleet.gateway.chat({ model: 'gpt-4o' })).completion.model).toBe('gpt-4o');
    const stream = await fleet.gateway.chat({ model: 'gpt-4o', stream: true });
    expect(new Set(stream.chunks.map(({ model }) => model))).toEqual(new Set(['gpt-4o']));
  });

  it.each([1, 5])('reads a stream that is split every %i bytes', async (sizes) => {
    fleet.sandbox('google').script({ kind: 'split', sizes });
    const stream = await chat({ messages: [user('Say: 日本語 😀 ñandú')], stream: true });
    expect(new Accumulated(stream.chunks).content).toBe('日本語 😀 ñandú');
  });

  it.each([
    ['cut', { kind: 'cut', afterFrames: 4 }],
    ['failing', { kind: 'stream-error', afterFrames: 4 }],
    ['malformed', { kind: 'finish-reason', value: 'MALFORMED_FUNCTION_CALL' }],
    ['endless', { kind: 'finish-reason', value: null }],
  ] as const)('ends a stream that is %s with its error', async (_what, fault) => {
    fleet.sandbox('google').script(fault);
    const stream = await chat({ messages: [user('Tell me of the sea')], stream: true });
    expect(stream.status).toBe(200);
    expect(stream.endsWithDone).toBe(false);
    expect(stream.chunksAs<object>().at(-1)).toHaveProperty('error');
    expect(stream.text).not.toContain('"finish_reason":"stop"');
  });

  it.each([
    [{ kind: 'rate-limit', quota: 'requests', retryAfter: 4 }, 429, 'rate_limit_exceeded'],
    [{ kind: 'status', status: 400 }, 400, 'invalid_request'],
    [{ kind: 'status', status: 403 }, 502, 'upstream_auth_error'],
    [{ kind: 'html', status: 502 }, 502, 'upstream_error'],
  ] as const)('reads the error %j', async (fault, status, code) => {
    const alone = await Fleet.start({ providers: { google: { type: 'gemini', settings: { retries: { max: 0 } } } } });
    try {
      alone.sandbox('google').script(fault);
      const answer = await alone.gateway.chat({ model: MODEL });
      expect(answer.status).toBe(status);
      expect(answer.error.code).toBe(code);
      if (status === 429) expect(answer.headers['retry-after']).toBe('4');
    } finally {
      await alone.close();
    }
  });

  it('refuses a blocked prompt as a content filter does, and ends a refused answer as one', async () => {
    const blocked = await chat({ messages: [user('TRIGGER_BLOCK')] });
    expect(blocked.status).toBe(400);
    expect(blocked.error.code).toBe('content_filter');
    expect((await chat({ messages: [user('TRIGGER_SAFETY')] })).choice.finish_reason).toBe('content_filter');
  });

  it('answers Responses and Messages too', async () => {
    const response = await fleet.gateway.post('/v1/responses', { model: MODEL, input: 'Say: hi' });
    expect(response.text).toContain('"text":"hi"');
    const message = await fleet.gateway.post('/v1/messages', {
      model: MODEL,
      max_tokens: 99,
      messages: [user('Say: hi')],
    });
    expect(message.text).toContain('"text":"hi"');
  });

  it('lists the upstream’s models that answer, over all pages', async () => {
    const { data } = (await fleet.gateway.get('/v1/models')).json() as { data: Array<{ id: string }> };
    const ids = data.map(({ id }) => id);
    expect(ids).toContain(MODEL);
    expect(ids).not.toContain('google/gemini-embedding-001');
  });
});
