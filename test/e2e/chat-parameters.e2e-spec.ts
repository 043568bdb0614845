import { CHAT, MODEL, startGateway, type TestGateway } from '../support/gateway.js';

const QWEN = 'cerebras/qwen-3.8-27b';
const GLM = 'cerebras/zai-glm-4.7';
const GEMMA = 'cerebras/gemma-4-31b';
const LLAMA = 'cerebras/llama-3.3-70b';
const TOOL = {
  type: 'function',
  function: { name: 'get_time', description: 'Tells the time.', parameters: { type: 'object', properties: {} } },
};

describe('Chat parameters', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
  });

  afterAll(() => gateway.close());
  beforeEach(() => gateway.reset());

  it("the guide's ten parameters reach the upstream", async () => {
    const guide = {
      temperature: 0.7,
      top_p: 0.9,
      stop: ['END'],
      stream: false,
      tools: [TOOL],
      tool_choice: 'auto',
      user: 'user-1',
      max_tokens: 100,
    };
    const answer = await gateway.chat(guide);
    expect(answer.status).toBe(200);
    expect(answer.filtered).toEqual([]);
    const { max_tokens, ...rest } = guide;
    expect(gateway.sentBody).toMatchObject({ ...rest, max_completion_tokens: max_tokens, model: 'gpt-oss-120b' });
    expect((await gateway.chat({ response_format: { type: 'json_object' } })).status).toBe(200);
    expect(gateway.sentBody.response_format).toEqual({ type: 'json_object' });
  });

  it('a long conversation reaches the upstream as it is, beside what Cerebras wants otherwise', async () => {
    const turns = Array.from({ length: 200 }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: `${index}: "Grüße" ${'\n\t😀'.repeat(20)}`,
    }));
    const messages = [...turns, { role: 'user', name: null, content: 'The end' }];
    const tools = [{ ...TOOL, extra: 12_345.5 }, TOOL];
    expect((await gateway.chat({ messages, tools, stop: [] })).status).toBe(200);
    expect(gateway.sentBody).toMatchObject({ messages: [...turns, { role: 'user', content: 'The end' }] });
    expect(gateway.sentBody).not.toHaveProperty('stop');
    expect(gateway.sentBody.tools).toMatchObject([TOOL, TOOL]);
  });

  it('messages that nothing has to be changed in reach the upstream in the bytes that came', async () => {
    const text = 'Gr\\u00fc\\u00dfe \\u0061\\/b '.repeat(2_000);
    const messages = `[ {"role" : "user","content":"${text}"}, {"content": "The end", "role": "user"} ]`;
    const answer = await gateway.post('/v1/chat/completions', `{"model":"${MODEL}","messages":${messages},"stop":[]}`);
    expect(answer.status).toBe(200);
    expect(gateway.sentText).toContain(text);
    expect(gateway.sentText).toContain('{"content": "The end", "role": "user"}');
    expect(gateway.sentBody).toMatchObject({ messages: JSON.parse(messages) as unknown });
    expect(gateway.sentBody).not.toHaveProperty('stop');
  });

  it.each([
    ['reasoning_effort', 'low'],
    ['reasoning_format', 'hidden'],
    ['clear_thinking', false],
    ['seed', 7],
    ['logprobs', true],
    ['prediction', { type: 'content', content: 'x' }],
    ['service_tier', 'flex'],
    ['prompt_cache_key', 'k'],
    ['min_completion_tokens', 1],
    ['min_tokens', 1],
    ['frequency_penalty', -1.5],
    ['presence_penalty', 2],
    ['logit_bias', { '15': -100, '16': 0.5 }],
    ['n', 2],
    ['temperature', 2],
    ['user', 'u'],
  ])("Cerebras' own %s passes", async (name, value) => {
    const answer = await gateway.chat({ [name]: value });
    expect(answer.status).toBe(200);
    expect(gateway.sentBody[name]).toEqual(value);
    expect(answer.filtered).toEqual([]);
  });

  it.each([
    ['temperature', 0],
    ['top_p', 0],
    ['seed', 0],
    ['n', 1],
    ['logprobs', false],
    ['frequency_penalty', 0],
    ['min_tokens', 0],
    ['clear_thinking', false],
  ])('#34 %s: %j, which is falsy or a default, is sent', async (name, value) => {
    expect((await gateway.chat({ [name]: value })).status).toBe(200);
    expect(gateway.sentBody[name]).toBe(value);
  });

  describe('token limits', () => {
    it.each([
      [{ max_tokens: 5 }, 5, []],
      [{ max_completion_tokens: 6 }, 6, []],
      [{ max_tokens: 5, max_completion_tokens: 6 }, 6, ['max_tokens']],
      [{ max_tokens: 5, max_completion_tokens: null }, 5, []],
      [{ max_tokens: 1_000_000 }, 40_960, []],
    ])('#32 %j is sent as max_completion_tokens %i alone', async (limits, sent, filtered) => {
      const answer = await gateway.chat(limits);
      expect(answer.status).toBe(200);
      expect(gateway.sentBody.max_completion_tokens).toBe(sent);
      expect(gateway.sentBody).not.toHaveProperty('max_tokens');
      expect(answer.filtered).toEqual(filtered);
    });

    it.each([
      ['max_tokens', 0],
      ['max_tokens', -1],
      ['max_completion_tokens', 0],
      ['max_completion_tokens', 1.5],
      ['max_tokens', '10'],
    ])('#32 %s: %j is 400', async (name, value) => {
      const answer = await gateway.chat({ [name]: value });
      expect(answer.status).toBe(400);
      expect(answer.error.param).toBe(name);
      expect(gateway.sent).toHaveLength(0);
    });
  });

  describe('stop', () => {
    it.each([[''], [[]], [null], [['']]])('#33 %j is left out', async (stop) => {
      expect((await gateway.chat({ stop })).status).toBe(200);
      expect(gateway.sentBody).not.toHaveProperty('stop');
    });

    it.each([['x'], [['a', 'b', 'c', 'd']], [' ']])('#33 %j is sent', async (stop) => {
      expect((await gateway.chat({ stop })).status).toBe(200);
      expect(gateway.sentBody.stop).toEqual(stop);
    });

    it('#33 five are 400', async () => {
      const answer = await gateway.chat({ stop: ['a', 'b', 'c', 'd', 'e'] });
      expect(answer.status).toBe(400);
      expect(answer.error).toMatchObject({ param: 'stop', code: 'array_above_max_length' });
    });
  });

  it('#35 n: 3 gives three choices', async () => {
    const { choices } = (await gateway.chat({ n: 3 })).completion;
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it('#36 log probabilities are asked for and mapped', async () => {
    const answer = await gateway.chat({ logprobs: true, top_logprobs: 2 });
    expect(answer.status).toBe(200);
    expect(gateway.sentBody).toMatchObject({ logprobs: true, top_logprobs: 2 });
    const { logprobs } = answer.choice;
    expect(Object.keys(logprobs ?? {}).toSorted()).toEqual(['content', 'refusal']);
    expect(logprobs?.content?.map(({ token }) => token).join('')).toBe('hello');
    expect(logprobs?.content?.[0]).toEqual({
      token: expect.any(String),
      logprob: expect.any(Number),
      bytes: expect.any(Array),
      top_logprobs: [expect.anything(), expect.anything()],
    });
  });

  it('#36 a refusal of log probabilities stays a 400', async () => {
    gateway.sandbox.script({
      kind: 'status',
      status: 400,
      body: {
        message: 'logprobs is not supported',
        type: 'invalid_request_error',
        param: 'logprobs',
        code: 'wrong_api_format',
      },
    });
    const answer = await gateway.chat({ logprobs: true });
    expect(answer.status).toBe(400);
    expect(answer.error.param).toBe('logprobs');
  });

  it('#36 top_logprobs without logprobs is 400', async () => {
    const answer = await gateway.chat({ top_logprobs: 2 });
    expect(answer.status).toBe(400);
    expect(answer.error.param).toBe('top_logprobs');
  });

  describe('what the upstream does not have', () => {
    const UNKNOWN = {
      store: true,
      metadata: { a: 'b' },
      verbosity: 'low',
      safety_identifier: 'x',
      prompt_cache_retention: '24h',
      prompt_cache_options: {},
      modalities: ['text'],
      audio: { voice: 'x' },
      web_search_options: {},
      moderation: {},
      reasoning: { effort: 'low' },
      thinking: {},
      enable_thinking: true,
      extra_body: {},
      top_k: 40,
      repetition_penalty: 1.1,
      something_new: 1,
    };

    it('#37 is left out and named', async () => {
      const answer = await gateway.chat(UNKNOWN);
      expect(answer.status).toBe(200);
      expect(answer.filtered.toSorted()).toEqual(Object.keys(UNKNOWN).toSorted());
      for (const name of Object.keys(UNKNOWN)) expect(gateway.sentBody).not.toHaveProperty(name);
    });

    it('#37 is named on streams too', async () => {
      const answer = await gateway.chat({ stream: true, store: true, metadata: {} });
      expect(answer.filtered).toEqual(['store', 'metadata']);
    });

    it.each(Object.entries(UNKNOWN))('#37 a strict caller gets 400 for %s', async (name, value) => {
      const answer = await gateway.chat({ [name]: value }, { 'x-asbru-strict': 'true' });
      expect(answer.status).toBe(400);
      expect(answer.error).toMatchObject({ type: 'invalid_request_error', code: 'unsupported_parameter', param: name });
      expect(gateway.sent).toHaveLength(0);
    });

    it('a strict caller who asks for nothing strange is answered', async () => {
      expect((await gateway.chat({ temperature: 1, user: 'u' }, { 'x-asbru-strict': 'true' })).status).toBe(200);
    });

    it('#37 null is not worth a word', async () => {
      const answer = await gateway.chat({
        store: null,
        metadata: null,
        top_k: null,
        temperature: null,
        tools: null,
        stop: null,
      });
      expect(answer.status).toBe(200);
      expect(answer.headers).not.toHaveProperty('x-asbru-filtered-params');
    });

    it.each(['ünïcode', 'a,b', 'a\r\nset-cookie: x=1', '😀', '\ud800', 'constructor', 'toString', 'x'.repeat(20_000)])(
      'a parameter named %j harms no header',
      async (name) => {
        const answer = await gateway.chat({ [name]: 1 });
        expect(answer.status).toBe(200);
        expect(answer.filtered).toHaveLength(1);
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect(Object.hasOwn(gateway.sentBody, name)).toBe(false);
      },
    );

    it('thousands of parameters fit into the header', async () => {
      const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`parameter_${i}`, i]));
      const answer = await gateway.chat(many);
      expect(answer.status).toBe(200);
      expect(String(answer.headers['x-asbru-filtered-params']).length).toBeLessThan(12_000);
    });
  });

  describe('user', () => {
    it.each([
      ['64 characters', 'x'.repeat(64), true],
      ['65 characters', 'x'.repeat(65), false],
      ['64 emoji', '😀'.repeat(64), true],
      ['65 emoji', '😀'.repeat(65), false],
      ['63 letters and an emoji', `${'x'.repeat(63)}😀`, true],
      ['64 letters and an emoji', `${'x'.repeat(64)}😀`, false],
      ['nothing', '', true],
    ])('of %s', async (_, user, isSent) => {
      for (const send of [() => gateway.chat({ user }), () => gateway.text({ user })]) {
        const answer = await send();
        expect(answer.status).toBe(200);
        expect(gateway.sentBody.user).toBe(isSent ? user : undefined);
        expect(answer.filtered).toEqual(isSent ? [] : ['user']);
      }
    });
  });

  describe('reasoning', () => {
    it.each([
      [MODEL, 'minimal', 'low'],
      [MODEL, 'xhigh', 'high'],
      [MODEL, 'max', 'high'],
      [MODEL, 'none', undefined],
      [MODEL, 'medium', 'medium'],
      [QWEN, 'none', 'none'],
      [QWEN, 'minimal', 'low'],
      [GEMMA, 'none', 'none'],
      [GEMMA, 'xhigh', 'high'],
      [GLM, 'none', 'none'],
      [LLAMA, 'low', undefined],
    ])('#38 %s with reasoning_effort %s is sent %s', async (model, effort, sent) => {
      const answer = await gateway.chat({ model, reasoning_effort: effort });
      expect(answer.status).toBe(200);
      expect(gateway.sentBody.reasoning_effort).toBe(sent);
      expect(answer.filtered).toEqual(sent === undefined ? ['reasoning_effort'] : []);
      if (sent !== undefined && sent !== effort) {
        expect(answer.headers['x-asbru-transformed-params']).toBe('reasoning_effort');
      }
    });

    it('#38 an effort that nobody has is 400', async () => {
      expect((await gateway.chat({ reasoning_effort: 'huge' })).error.param).toBe('reasoning_effort');
    });

    it.each([
      [QWEN, 'hidden', 'parsed'],
      [GEMMA, 'raw', 'parsed'],
      [MODEL, 'none', 'parsed'],
      [MODEL, 'raw', 'raw'],
      [GLM, 'text_parsed', 'text_parsed'],
    ])('%s with reasoning_format %s is sent %s', async (model, format, sent) => {
      expect((await gateway.chat({ model, reasoning_format: format })).status).toBe(200);
      expect(gateway.sentBody.reasoning_format).toBe(sent);
    });

    it('a raw format with JSON is parsed instead', async () => {
      const answer = await gateway.chat({ reasoning_format: 'raw', response_format: { type: 'json_object' } });
      expect(answer.status).toBe(200);
      expect(gateway.sentBody.reasoning_format).toBe('parsed');
    });

    it('disable_reasoning is not sent to a model that always reasons', async () => {
      const answer = await gateway.chat({ disable_reasoning: true });
      expect(answer.status).toBe(200);
      expect(answer.filtered).toEqual(['disable_reasoning']);
      expect((await gateway.chat({ model: QWEN, disable_reasoning: true })).status).toBe(200);
      expect(gateway.sentBody.reasoning_effort).toBe('none');
    });
  });

  describe('numbers', () => {
    /** A request with one more member, or with another value of one that it has. */
    const send = (member: string) => {
      const name = member.slice(1, member.indexOf('":'));
      const body = Object.fromEntries(Object.entries(CHAT).filter(([key]) => key !== name));
      return gateway.post('/v1/chat/completions', JSON.stringify(body).replace(/\}$/, `,${member}}`));
    };

    it.each(['9007199254740993', '-9223372036854775808', '18446744073709551615'])(
      '#45 seed %s keeps its digits',
      async (seed) => {
        expect((await send(`"seed":${seed}`)).status).toBe(200);
        expect(gateway.sentText).toContain(`"seed":${seed}`);
      },
    );

    it('#45 numbers in tool schemas keep their digits', async () => {
      const parameters =
        '{"type":"object","properties":{"a":{"type":"integer","maximum":9007199254740993,"minimum":-9007199254740993},"b":{"type":"number","default":1.00000000000000000001,"exclusiveMinimum":1e400}}}';
      const answer = await send(`"tools":[{"type":"function","function":{"name":"f","parameters":${parameters}}}]`);
      expect(answer.status).toBe(200);
      expect(gateway.sentText).toContain(`"parameters":${parameters}`);
    });

    it('#45 numbers in strict schemas keep their digits', async () => {
      const parameters =
        '{"type":"object","properties":{"a":{"type":"integer","maximum":9007199254740993}},"required":["a"],"additionalProperties":false}';
      await send(`"tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":${parameters}}}]`);
      expect(gateway.sentText).toContain(`"parameters":${parameters}`);
    });

    it.each(['-0', '0.1000000000000000055511151231257827', '1E0'])(
      'temperature %s is a number like others',
      async (value) => {
        expect((await send(`"temperature":${value}`)).status).toBe(200);
        expect(gateway.sentBody.temperature).toBe(Number(value));
      },
    );

    it.each(['-0', '0.1000000000000000055511151231257827'])('a bias of %s is a number like others', async (value) => {
      expect((await send(`"logit_bias":{"5":${value}}`)).status).toBe(200);
    });

    it.each([
      ['temperature', '2.1'],
      ['temperature', '-0.1'],
      ['temperature', '1e400'],
      ['temperature', '"1"'],
      ['top_p', '1.01'],
      ['n', '0'],
      ['n', '129'],
      ['n', '99999999999999999999'],
      ['seed', '1.5'],
      ['top_logprobs', '21'],
      ['stream', '"true"'],
      ['stream', '1'],
      ['stream_options', '[]'],
      ['stream_options', '5'],
      ['frequency_penalty', '-2.01'],
      ['logprobs', '1'],
      ['user', '5'],
      ['stop', '5'],
      ['stop', '{}'],
      ['tools', '{}'],
      ['tool_choice', '"always"'],
      ['parallel_tool_calls', '"yes"'],
      ['response_format', '"json"'],
      ['logit_bias', '[]'],
      ['logit_bias', '{"5":101}'],
      ['prediction', '"x"'],
      ['service_tier', '"gold"'],
      ['prompt_cache_key', `"${'x'.repeat(1_025)}"`],
      ['messages', '{}'],
    ])('%s: %s is 400 and named', async (name, value) => {
      const answer = await send(`"${name}":${value}`);
      expect(answer.status).toBe(400);
      expect(answer.error).toMatchObject({
        type: 'invalid_request_error',
        param: expect.stringMatching(new RegExp(`^${name}`)),
      });
      expect(gateway.sent).toHaveLength(0);
    });
  });

  it.each(['scale', 'fast', 'ultrafast'])("OpenAI's service tier %s is left out", async (service_tier) => {
    const answer = await gateway.chat({ service_tier });
    expect(answer.status).toBe(200);
    expect(answer.filtered).toEqual(['service_tier']);
  });

  it.each([{ tools: [TOOL] }, { logprobs: true }, { n: 2 }])('prediction gives way to %j', async (other) => {
    const answer = await gateway.chat({ prediction: { type: 'content', content: 'x' }, ...other });
    expect(answer.status).toBe(200);
    expect(answer.filtered).toEqual(['prediction']);
    expect(gateway.sentBody).not.toHaveProperty('prediction');
  });

  it('#70 obfuscation is neither asked for nor added', async () => {
    const answer = await gateway.chat({
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: true },
    });
    expect(answer.status).toBe(200);
    expect(gateway.sentText).not.toContain('obfuscation');
    expect(answer.text).not.toContain('obfuscation');
    expect(answer.filtered).toEqual(['stream_options.include_obfuscation']);
  });
});
