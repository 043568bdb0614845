import * as fc from 'fast-check';
import { Accumulated } from '../support/answer.js';
import { CHAT, startGateway, type TestGateway } from '../support/gateway.js';

const GLM = 'cerebras/zai-glm-4.7';
const object = (properties: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
  type: 'object',
  properties,
  ...rest,
});
const tool = (name: string, rest: Record<string, unknown> = {}) => ({
  type: 'function',
  function: { name, description: `The tool ${name}.`, parameters: object({ city: { type: 'string' } }), ...rest },
});
const user = (content: string) => ({ role: 'user', content });
const calling = (...ids: string[]) => ({
  role: 'assistant',
  tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'get_weather', arguments: '{}' } })),
});
const result = (id: string, content = 'r') => ({ role: 'tool', tool_call_id: id, content });

/** Arguments that no parser would write back as they were. */
const AWKWARD = String.raw`{ "a":"\u00e9 \ud83d\ude00 \u2028 \"q\" \/", "n":9007199254740993 ,"big":1e400,"zero":-0, "n":2,"lone":"\ud800" }`;

describe('Tools', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway({ env: { ASBRU_MAX_RETRIES: '0' } });
  });

  afterAll(() => gateway.close());
  beforeEach(() => gateway.reset());

  const sentTools = () =>
    gateway.sentBody.tools as Array<{ function: { name: string; strict?: boolean; parameters: unknown } }>;

  it('a tool is called, and its id stays the upstream’s', async () => {
    const answer = await gateway.chat({
      messages: [user('What is the weather in Paris?')],
      tools: [tool('get_weather')],
    });
    expect(answer.choice.finish_reason).toBe('tool_calls');
    expect(answer.choice.message).toMatchObject({
      content: null,
      tool_calls: [
        {
          id: expect.stringMatching(/^[0-9a-f]{9}$/),
          type: 'function',
          function: { name: 'get_weather', arguments: '{"city":"Paris"}' },
        },
      ],
    });
  });

  it('several tools are called at once, whole and streamed', async () => {
    const body = { messages: [user('What is the weather in Paris and London?')], tools: [tool('get_weather')] };
    const whole = (await gateway.chat(body)).choice.message.tool_calls ?? [];
    const streamed = new Accumulated((await gateway.chat({ ...body, stream: true })).chunks);
    expect(whole.map((call) => call.function.arguments)).toEqual(['{"city":"Paris"}', '{"city":"London"}']);
    expect(streamed.calls.map(({ name, arguments: args }) => ({ name, arguments: args }))).toEqual(
      whole.map((call) => call.function),
    );
    expect(streamed.finish).toBe('tool_calls');
    await gateway.chat({ ...body, parallel_tool_calls: false });
    expect(gateway.sentBody.parallel_tool_calls).toBe(false);
  });

  it.each(['none', 'auto', 'required', { type: 'function', function: { name: 'get_weather' } }])(
    'tool_choice %j is sent',
    async (tool_choice) => {
      expect((await gateway.chat({ tools: [tool('get_weather')], tool_choice })).status).toBe(200);
      expect(gateway.sentBody.tool_choice).toEqual(tool_choice);
    },
  );

  it.each([
    ['two strict and one not', [tool('a', { strict: true }), tool('b', { strict: true }), tool('c')]],
    ['one strict and one not', [tool('a', { strict: true }), tool('b', { strict: false })]],
  ])('#41 %s become alike', async (_, tools) => {
    const answer = await gateway.chat({ tools });
    expect(answer.status).toBe(200);
    expect(new Set(sentTools().map((sent) => sent.function.strict)).size).toBe(1);
    expect(answer.headers['x-asbru-transformed-params']).toBe('tools.strict');
  });

  it('#41 keywords that strict mode lacks become words, and the request succeeds', async () => {
    const parameters = object(
      {
        when: { type: 'string', format: 'date', description: 'The day.' },
        tags: { type: 'array', items: { type: 'string', pattern: '^a' }, minItems: 1 },
      },
      { required: ['when', 'tags'], additionalProperties: false },
    );
    const answer = await gateway.chat({ tools: [tool('a', { strict: true, parameters })] });
    expect(answer.status).toBe(200);
    expect(sentTools()[0]?.function.strict).toBe(true);
    expect(sentTools()[0]?.function.parameters).toMatchObject({
      properties: {
        when: { type: 'string', description: expect.stringMatching(/^The day\. .*format.*date/) },
        tags: {
          type: 'array',
          description: expect.stringContaining('minItems'),
          items: { description: expect.stringContaining('pattern') },
        },
      },
    });
  });

  it.each([
    ['recursion', object({ next: { $ref: '#' } }, { additionalProperties: false })],
    ['oneOf', object({ a: { oneOf: [{ type: 'string' }, { type: 'number' }] } }, { additionalProperties: false })],
    ['an open object', object({ a: { type: 'object', additionalProperties: { type: 'string' } } })],
    ['a keyword named constructor', object({ a: { type: 'string', constructor: { type: 'string' } } })],
    ['a keyword named toString', object({ a: { type: 'string', toString: 1, valueOf: 2 } })],
  ])('#41 a strict schema with %s is answered', async (_, parameters) => {
    expect((await gateway.chat({ tools: [tool('a', { strict: true, parameters })] })).status).toBe(200);
  });

  it.each([
    ['a name that is in no tool', { type: 'function', function: { name: 'other' } }, [tool('a')]],
    ['a name without any tools', { type: 'function', function: { name: 'a' } }, undefined],
    ['required without any tools', 'required', undefined],
    ['a custom tool', { type: 'custom', custom: { name: 'a' } }, [tool('a')]],
    [
      'only tools that are not there',
      {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'z' } }] },
      },
      [tool('a')],
    ],
  ])('#42 tool_choice with %s is 400', async (_, tool_choice, tools) => {
    const answer = await gateway.chat({ tools, tool_choice });
    expect(answer.status).toBe(400);
    expect(answer.error.param).toEqual(expect.stringMatching(/^tool_choice/));
    expect(gateway.sent).toHaveLength(0);
  });

  it.each(['auto', 'required'])('#42 allowed_tools (%s) sends only those', async (mode) => {
    const allowed_tools = { mode, tools: [{ type: 'function', function: { name: 'b' } }] };
    const answer = await gateway.chat({
      tools: [tool('a'), tool('b'), tool('c')],
      tool_choice: { type: 'allowed_tools', allowed_tools },
    });
    expect(answer.status).toBe(200);
    expect(sentTools().map((sent) => sent.function.name)).toEqual(['b']);
    expect(gateway.sentBody.tool_choice).toBe(mode);
  });

  it('#43 an empty list is left out with its companions', async () => {
    const answer = await gateway.chat({ tools: [], tool_choice: 'auto', parallel_tool_calls: true });
    expect(answer.status).toBe(200);
    for (const name of ['tools', 'tool_choice', 'parallel_tool_calls'])
      expect(gateway.sentBody).not.toHaveProperty(name);
  });

  it('a custom tool is left out and named', async () => {
    const answer = await gateway.chat({ tools: [tool('a'), { type: 'custom', custom: { name: 'x' } }] });
    expect(answer.status).toBe(200);
    expect(answer.filtered).toEqual(['tools[1]']);
  });

  it.each([
    ['no name', [{ type: 'function', function: {} }], 'tools[0].function.name'],
    ['a name with a blank', [tool('a b')], 'tools[0].function.name'],
    ['a name of 65 characters', [tool('x'.repeat(65))], 'tools[0].function.name'],
    ['no function', [{ type: 'function' }], 'tools[0].function'],
    ['no type', [{ function: { name: 'a' } }], 'tools[0].type'],
    ['parameters that are a list', [tool('a', { parameters: [] })], 'tools[0].function.parameters'],
    ['strict that is text', [tool('a'), tool('b', { strict: 'yes' })], 'tools[1].function.strict'],
    ['a tool that is null', [null], 'tools[0]'],
  ])('a tool with %s is 400 and named', async (_, tools, param) => {
    const answer = await gateway.chat({ tools });
    expect(answer.status).toBe(400);
    expect(answer.error.param).toBe(param);
  });

  describe('arguments', () => {
    const answerOf = (args: string) =>
      JSON.stringify({
        id: 'x',
        choices: [
          {
            index: 0,
            finish_reason: 'tool_calls',
            message: {
              role: 'assistant',
              tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: args } }],
            },
          },
        ],
      });

    it('#44 come back as the upstream wrote them', async () => {
      gateway.sandbox.script({ kind: 'raw-body', body: answerOf(AWKWARD) });
      expect((await gateway.chat()).choice.message.tool_calls?.[0]?.function.arguments).toBe(AWKWARD);
    });

    it('#44 of a history go upstream as the caller wrote them', async () => {
      const call = { id: 'a', type: 'function', function: { name: 'f', arguments: AWKWARD } };
      const messages = [user('x'), { role: 'assistant', tool_calls: [call] }, result('a', AWKWARD)];
      expect((await gateway.chat({ messages })).status).toBe(200);
      expect(gateway.sentBody.messages).toEqual(messages);
    });

    it('#44 of any text survive both ways', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (args) => {
          gateway.sandbox.script({ kind: 'raw-body', body: answerOf(args) });
          const call = { id: 'a', type: 'function', function: { name: 'f', arguments: args } };
          const answer = await gateway.chat({
            messages: [user('x'), { role: 'assistant', tool_calls: [call] }, result('a')],
          });
          expect(answer.choice.message.tool_calls?.[0]?.function.arguments).toBe(args);
          expect((gateway.sentBody.messages as unknown[])[1]).toEqual({ role: 'assistant', tool_calls: [call] });
        }),
        { numRuns: 60 },
      );
    });
  });

  describe('history', () => {
    it('#46 results in another order are put in order', async () => {
      const messages = [user('x'), calling('a', 'b'), result('b'), result('a'), user('y')];
      expect((await gateway.chat({ messages })).status).toBe(200);
      expect(gateway.sentBody.messages).toEqual([user('x'), calling('a', 'b'), result('a'), result('b'), user('y')]);
    });

    it('#46 a result behind another message is put behind its call', async () => {
      const messages = [user('x'), calling('a'), user('y'), result('a')];
      expect((await gateway.chat({ messages })).status).toBe(200);
      expect(gateway.sentBody.messages).toEqual([user('x'), calling('a'), result('a'), user('y')]);
    });

    it.each([
      ['a call without a result', [user('x'), calling('a', 'lost'), result('a'), user('y')], 'lost'],
      ['a result without a call', [user('x'), result('stray')], 'stray'],
      ['a result before its call', [user('x'), result('early'), calling('early')], 'early'],
      ['two results of one call', [user('x'), calling('a'), result('a'), result('a')], 'a'],
    ])('#46 %s is 400 with the id', async (_, messages, id) => {
      const answer = await gateway.chat({ messages });
      expect(answer.status).toBe(400);
      expect(answer.error.message).toContain(id);
      expect(gateway.sent).toHaveLength(0);
    });
  });

  describe('beside a response format', () => {
    const response_format = { type: 'json_object' };

    it('#48 while the model may call, the tools stay', async () => {
      const answer = await gateway.chat({ tools: [tool('a')], response_format });
      expect(answer.status).toBe(200);
      expect(answer.filtered).toEqual(['response_format']);
      expect(gateway.sentBody).not.toHaveProperty('response_format');
    });

    it('#48 once it answers a result, the format stays', async () => {
      const messages = [user('x'), calling('a'), result('a')];
      const answer = await gateway.chat({ messages, tools: [tool('a')], tool_choice: 'auto', response_format });
      expect(answer.status).toBe(200);
      expect(answer.filtered).toEqual(['tools']);
      expect(gateway.sentBody).not.toHaveProperty('tool_choice');
    });

    it('#48 when it must not call, the format stays', async () => {
      const answer = await gateway.chat({ tools: [tool('a')], tool_choice: 'none', response_format });
      expect(answer.status).toBe(200);
      expect(gateway.sentBody.response_format).toEqual(response_format);
    });

    it('#48 a strict caller is told', async () => {
      const answer = await gateway.chat({ tools: [tool('a')], response_format }, { 'x-asbru-strict': 'true' });
      expect(answer.status).toBe(400);
      expect(answer.error.param).toBe('response_format');
    });

    it('#48 GLM takes both', async () => {
      const answer = await gateway.chat({ model: GLM, tools: [tool('a')], response_format });
      expect(answer.status).toBe(200);
      expect(answer.filtered).toEqual([]);
      expect(gateway.sentBody).toMatchObject({ response_format, tools: [tool('a')] });
    });

    const BOTH = {
      content: '{"a":1}',
      role: 'assistant',
      tool_calls: [{ id: '0', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
    };

    it('#49 content and calls of GLM under a JSON format: the content counts', async () => {
      gateway.sandbox.script({
        kind: 'raw-body',
        body: JSON.stringify({ id: 'x', choices: [{ index: 0, finish_reason: 'tool_calls', message: BOTH }] }),
      });
      const { choice } = await gateway.chat({ model: GLM, response_format });
      expect(choice.finish_reason).toBe('stop');
      expect(choice.message.content).toBe('{"a":1}');
      expect(choice.message).not.toHaveProperty('tool_calls');
    });

    it('#49 the same on a stream', async () => {
      const chunk = (delta: unknown, rest = {}) =>
        `data: ${JSON.stringify({ id: 'x', choices: [{ index: 0, delta, ...rest }] })}\n\n`;
      gateway.sandbox.script({
        kind: 'raw-frames',
        frames: [
          chunk({ content: BOTH.content }),
          chunk({ tool_calls: [{ index: 0, ...BOTH.tool_calls[0] }] }),
          chunk({}, { finish_reason: 'tool_calls' }),
          'data: [DONE]\n\n',
        ],
      });
      const answer = new Accumulated((await gateway.chat({ model: GLM, response_format, stream: true })).chunks);
      expect(answer).toMatchObject({ content: '{"a":1}', calls: [], finish: 'stop' });
    });

    it('content beside calls stays when nobody asked for JSON', async () => {
      gateway.sandbox.script({
        kind: 'raw-body',
        body: JSON.stringify({ id: 'x', choices: [{ index: 0, finish_reason: 'tool_calls', message: BOTH }] }),
      });
      expect((await gateway.chat({ model: GLM })).choice.message.tool_calls).toHaveLength(1);
    });
  });

  describe('legacy functions', () => {
    const functions = [
      { name: 'get_weather', description: 'The weather of a city.', parameters: object({ city: { type: 'string' } }) },
    ];
    const messages = [user('What is the weather in Paris?')];

    it('#40 are sent as tools and answered as a function call', async () => {
      const answer = await gateway.chat({ messages, functions });
      expect(answer.status).toBe(200);
      expect(answer.filtered).toEqual([]);
      expect(gateway.sentBody).toMatchObject({
        tools: [{ type: 'function', function: functions[0] }],
        parallel_tool_calls: false,
      });
      expect(gateway.sentBody).not.toHaveProperty('functions');
      expect(answer.choice.finish_reason).toBe('function_call');
      expect(answer.choice.message.function_call).toEqual({ name: 'get_weather', arguments: '{"city":"Paris"}' });
      expect(answer.choice.message).not.toHaveProperty('tool_calls');
    });

    it.each([
      ['none', 'none'],
      ['auto', 'auto'],
      [{ name: 'get_weather' }, { type: 'function', function: { name: 'get_weather' } }],
    ])('#40 function_call %j is the tool choice %j', async (function_call, tool_choice) => {
      expect((await gateway.chat({ messages, functions, function_call })).status).toBe(200);
      expect(gateway.sentBody.tool_choice).toEqual(tool_choice);
    });

    it('#40 are streamed as a function call', async () => {
      const { chunks } = await gateway.chat({ messages, functions, stream: true });
      const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
      expect(deltas.map((delta) => delta.function_call?.name ?? '').join('')).toBe('get_weather');
      expect(deltas.map((delta) => delta.function_call?.arguments ?? '').join('')).toBe('{"city":"Paris"}');
      expect(deltas.some((delta) => 'tool_calls' in delta)).toBe(false);
      expect(new Accumulated(chunks).finish).toBe('function_call');
    });

    it('#40 in a history become calls and results', async () => {
      const history = [
        ...messages,
        { role: 'assistant', content: null, function_call: { name: 'get_weather', arguments: AWKWARD } },
        { role: 'function', name: 'get_weather', content: 'sunny' },
      ];
      expect((await gateway.chat({ messages: history, functions })).status).toBe(200);
      const [, call, answer] = gateway.sentBody.messages as Array<Record<string, unknown>>;
      expect(call).toEqual({
        role: 'assistant',
        tool_calls: [
          { id: expect.any(String), type: 'function', function: { name: 'get_weather', arguments: AWKWARD } },
        ],
      });
      expect(answer).toEqual({
        role: 'tool',
        content: 'sunny',
        tool_call_id: (call as { tool_calls: Array<{ id: string }> }).tool_calls[0]?.id,
      });
    });

    it('#40 an unknown name in function_call is 400', async () => {
      const answer = await gateway.chat({ messages, functions, function_call: { name: 'other' } });
      expect(answer.status).toBe(400);
    });
  });

  it('the whole loop: a call, its result, an answer', async () => {
    const tools = [tool('get_weather')];
    const question = user('What is the weather in Paris?');
    const { message } = (await gateway.chat({ messages: [question], tools })).choice;
    const id = message.tool_calls?.[0]?.id ?? '';
    const answer = await gateway.chat({ messages: [question, message, result(id, '21 degrees')], tools });
    expect(answer.status).toBe(200);
    expect(answer.choice.message.content).toContain('21 degrees');
    expect(answer.choice.finish_reason).toBe('stop');
    expect(CHAT.model).toContain(String(gateway.sentBody.model));
  });
});
