import { GatewayError } from '../../../../common/errors/gateway-error.js';
import { parseLossless } from '../../../../common/json/raw-json.js';
import type { ChatRequest } from '../../../openai/chat.types.js';
import { toMessagesRequest } from './messages-request.js';

const MODEL = 'claude-sonnet-4-5';
const user = (content: unknown) => ({ role: 'user', content });
const call = (id: string, args: string, name = 'f') => ({ id, type: 'function', function: { name, arguments: args } });
const tool = (name: string, more: object = {}) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { a: { type: 'string' } } }, ...more },
});
const PNG = 'data:image/png;base64,iVBORw0KGgo=';

const SHORT: ChatRequest = { model: MODEL, messages: [{ role: 'user', content: 'hi' }], max_tokens: 50_000 };

interface Written {
  body: Record<string, unknown>;
  filtered: string[];
  transformed: string[];
}

function write(request: object, strict = false): Written {
  const notes = { strict, filtered: new Set<string>(), transformed: new Set<string>() };
  const body = toMessagesRequest({ ...SHORT, ...request }, 'anthropic', notes);
  return { body, filtered: [...notes.filtered], transformed: [...notes.transformed] };
}

const bodyOf = (request: object): Record<string, unknown> => write(request).body;
const turnsOf = (...messages: unknown[]): unknown => bodyOf({ messages }).messages;

function refusal(request: object, strict = false): { code: string; param: string | null; status: number } {
  try {
    write(request, strict);
  } catch (error) {
    if (error instanceof GatewayError) return { code: error.code, param: error.param, status: error.status };
    throw error;
  }
  throw new Error('It was not refused');
}

describe('a chat request as Anthropic takes it', () => {
  it('has the smallest body that the API takes', () => {
    expect(write({})).toEqual({
      body: { model: MODEL, max_tokens: 50_000, messages: [user('hi')] },
      filtered: [],
      transformed: [],
    });
  });

  describe('max_tokens', () => {
    it.each([
      [{ max_tokens: 7 }, 7, []],
      [{ max_tokens: null, max_completion_tokens: 8 }, 8, []],
      [{ max_tokens: null }, 64_000, ['max_tokens']],
      [{ max_tokens: 200_000 }, 64_000, ['max_tokens']],
      [{ model: 'claude-opus-5-5', max_tokens: 200_000 }, 128_000, ['max_tokens']],
      [{ model: 'my-own', max_tokens: null }, 4_096, ['max_tokens']],
      [{ model: 'my-own', max_tokens: 200_000 }, 200_000, []],
    ])('of %j is %d', (request, expected, noted) => {
      const { body, transformed } = write(request);
      expect([body.max_tokens, transformed]).toEqual([expected, noted]);
    });

    it('that stands beside max_completion_tokens is named', () => {
      const { body, filtered } = write({ max_tokens: 7, max_completion_tokens: 8 });
      expect([body.max_tokens, filtered]).toEqual([8, ['max_tokens']]);
    });
  });

  describe('the conversation', () => {
    it('takes instructions out, whoever gives them', () => {
      const messages = [{ role: 'system', content: 'a' }, { role: 'developer', content: 'b' }, user('hi')];
      const { body, transformed } = write({ messages });
      expect([body.system, body.messages, transformed]).toEqual(['a\n\nb', [user('hi')], []]);
    });

    it('says so when it moves instructions', () => {
      const { body, transformed } = write({ messages: [user('hi'), { role: 'system', content: 'a' }] });
      expect([body.system, transformed]).toEqual(['a', ['messages[1].role']]);
    });

    it('keeps marks of what is to be cached', () => {
      const part = { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } };
      const { body, filtered } = write({ messages: [{ role: 'system', content: [part] }, user([part])] });
      expect([body.system, body.messages, filtered]).toEqual([[part], [user([part])], []]);
    });

    it('joins messages of one role', () => {
      expect(turnsOf(user('a'), user('b'), { role: 'assistant', content: 'c' }, user('d'))).toEqual([
        user([
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ]),
        { role: 'assistant', content: 'c' },
        user('d'),
      ]);
    });

    it('gives the answers of tools in one turn, before what the user says', () => {
      const asked = { role: 'assistant', content: null, tool_calls: [call('c1', '{"a":"x"}'), call('c2', '')] };
      const answers = [
        { role: 'tool', tool_call_id: 'c1', content: 'one' },
        { role: 'tool', tool_call_id: 'c2', content: [{ type: 'text', text: 'two' }] },
      ];
      expect(turnsOf(user('a'), asked, answers[0], user('b'), answers[1])).toEqual([
        user('a'),
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id: 'c1', name: 'f', input: { a: 'x' } },
            { type: 'tool_use', id: 'c2', name: 'f', input: {} },
          ],
        },
        user([
          { type: 'tool_result', tool_use_id: 'c1', content: 'one' },
          { type: 'tool_result', tool_use_id: 'c2', content: 'two' },
          { type: 'text', text: 'b' },
        ]),
      ]);
    });

    it('makes the same id of another vendor’s wherever it stands', () => {
      const id = 'functions.f:0';
      const [, asked, answered] = turnsOf(
        user('a'),
        { role: 'assistant', tool_calls: [call(id, '{}')] },
        { role: 'tool', tool_call_id: id, content: '1' },
      ) as Array<{ content: Array<Record<string, string>> }>;
      const made = asked?.content[0]?.id;
      expect(made).toMatch(/^[a-zA-Z0-9_-]+$/);
      expect(answered?.content[0]?.tool_use_id).toBe(made);
    });

    it('keeps the digits of numbers in arguments', () => {
      const messages = [user('a'), { role: 'assistant', tool_calls: [call('c', '{"n":12345678901234567890}')] }];
      expect(JSON.stringify(bodyOf({ messages }))).toContain('"input":{"n":12345678901234567890}');
    });

    it.each(['[1]', '"a"', '{"a":', 'null'])('refuses arguments that are no object: %s', (args) => {
      const messages = [user('a'), { role: 'assistant', tool_calls: [call('c', '{}'), call('d', args)] }];
      expect(refusal({ messages })).toEqual({
        code: 'invalid_value',
        param: 'messages[1].tool_calls[1].function.arguments',
        status: 400,
      });
    });

    it('takes images and files', () => {
      const pdf = 'data:application/pdf;base64,JVBERi0=';
      const content = [
        { type: 'image_url', image_url: { url: PNG, detail: 'auto' } },
        { type: 'image_url', image_url: { url: 'https://example.com/a.webp' } },
        { type: 'file', file: { file_data: pdf, filename: 'a.pdf' } },
        { type: 'file', file: { file_data: 'data:text/plain;base64,aGk=' } },
      ];
      expect(turnsOf(user(content))).toEqual([
        user([
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
          { type: 'image', source: { type: 'url', url: 'https://example.com/a.webp' } },
          {
            type: 'document',
            source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
            title: 'a.pdf',
          },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'hi' } },
        ]),
      ]);
    });

    it.each([
      [
        user([{ type: 'image_url', image_url: { url: 'http://example.com/a.png' } }]),
        'messages[0].content[0].image_url.url',
      ],
      [
        user([{ type: 'image_url', image_url: { url: 'data:image/tiff;base64,AA==' } }]),
        'messages[0].content[0].image_url.url',
      ],
      [user([{ type: 'input_audio' }]), 'messages[0].content[0].type'],
      [user([{ type: 'file', file: { file_id: 'f' } }]), 'messages[0].content[0].file.file_data'],
      [user(''), 'messages[0].content'],
      [{ role: 'function', name: 'f', content: 'a' }, 'messages[0].role'],
      [{ role: 'tool', content: 'a' }, 'messages[0].tool_call_id'],
      [{ role: 'assistant', content: [{ type: 'image_url', image_url: { url: PNG } }] }, 'messages[0].content[0].type'],
    ])('refuses %j', (message, param) => {
      expect(refusal({ messages: [message] })).toMatchObject({ status: 400, param });
    });

    it('leaves out what says nothing, and names what it cannot say', () => {
      const messages = [
        user([
          { type: 'text', text: ' ' },
          { type: 'text', text: 'a', annotations: [1] },
        ]),
        { role: 'assistant', content: '', annotations: [], audio: null },
        { role: 'assistant', content: null, reasoning_details: [{ type: 'reasoning.text', signature: 's' }] },
        { role: 'assistant', content: 'b', name: 'bob', reasoning: 'hm' },
        user('c'),
      ];
      const { body, filtered } = write({ messages });
      expect(body.messages).toEqual([user('a'), { role: 'assistant', content: 'b' }, user('c')]);
      expect(filtered).toEqual(['messages.content.annotations', 'messages.reasoning', 'messages.name']);
    });

    it('gives signed thoughts back, before what they led to', () => {
      const reasoning_details = [
        { type: 'reasoning.text', text: 'hm', signature: 'sig', format: 'anthropic-claude-v1', index: 0 },
        { type: 'reasoning.encrypted', data: 'secret', format: 'anthropic-claude-v1', index: 1 },
        { type: 'reasoning.text', text: 'other', signature: 'x', format: 'openai-responses-v1', index: 2 },
      ];
      const message = { role: 'assistant', content: 'b', reasoning: 'hm', reasoning_details };
      const { body, filtered } = write({ messages: [user('a'), message, user('c')] });
      expect((body.messages as unknown[])[1]).toEqual({
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 'sig' },
          { type: 'redacted_thinking', data: 'secret' },
          { type: 'text', text: 'b' },
        ],
      });
      expect(filtered).toEqual([]);
    });

    it('ends without white space where the assistant is to go on', () => {
      const { body, transformed } = write({ messages: [user('a'), { role: 'assistant', content: 'b \n' }] });
      expect((body.messages as unknown[])[1]).toEqual({ role: 'assistant', content: 'b' });
      expect(transformed).toEqual(['messages.content']);
    });
  });

  describe('tools', () => {
    it('are the same under other names', () => {
      const { body, filtered } = write({
        tools: [tool('f', { description: 'd' }), { type: 'function', function: { name: 'g' } }],
      });
      expect(body.tools).toEqual([
        { name: 'f', description: 'd', input_schema: { type: 'object', properties: { a: { type: 'string' } } } },
        { name: 'g', input_schema: { type: 'object', properties: {} } },
      ]);
      expect([body.tool_choice, filtered]).toEqual([undefined, []]);
    });

    it.each([
      [{ tool_choice: 'auto' }, { type: 'auto' }],
      [{ tool_choice: 'required' }, { type: 'any' }],
      [{ tool_choice: 'none' }, { type: 'none' }],
      [{ tool_choice: { type: 'function', function: { name: 'f' } } }, { type: 'tool', name: 'f' }],
      [{ parallel_tool_calls: false }, { type: 'auto', disable_parallel_tool_use: true }],
      [{ parallel_tool_calls: false, tool_choice: 'none' }, { type: 'none' }],
      [{ parallel_tool_calls: true }, undefined],
    ])('%j', (choice, expected) => {
      expect(bodyOf({ tools: [tool('f')], ...choice }).tool_choice).toEqual(expected);
    });

    it('are only those that are allowed', () => {
      const tool_choice = {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'g' } }] },
      };
      const { body, transformed } = write({ tools: [tool('f'), tool('g')], tool_choice });
      expect((body.tools as Array<{ name: string }>).map(({ name }) => name)).toEqual(['g']);
      expect([body.tool_choice, transformed]).toEqual([{ type: 'any' }, ['tool_choice']]);
    });

    it('are strict where the model can be held to it', () => {
      const parameters = {
        type: 'object',
        properties: { n: { type: 'integer', minimum: 1 } },
        required: ['n'],
        additionalProperties: false,
      };
      const strict = [tool('f', { strict: true, parameters })];
      const newer = write({ tools: strict });
      expect(newer.body.tools).toEqual([
        {
          name: 'f',
          input_schema: { ...parameters, properties: { n: { type: 'integer' } } },
          strict: true,
        },
      ]);
      expect(newer.transformed).toEqual(['tools[0].function.parameters']);
      const older = write({ tools: strict, model: 'claude-3-7-sonnet-latest' });
      expect(older.transformed).toEqual(['tools[0].function.strict']);
      expect(older.body.tools).toEqual([{ name: 'f', input_schema: parameters }]);
    });

    it('of other kinds are named', () => {
      const { body, filtered } = write({ tools: [{ type: 'web_search' }, tool('f', { extra: 1 })] });
      expect(body.tools).toHaveLength(1);
      expect(filtered).toEqual(['tools[0]', 'tools.extra']);
    });

    it.each([
      [{ tool_choice: 'required' }, 'tool_choice'],
      [{ tools: [tool('f')], tool_choice: { type: 'function', function: { name: 'g' } } }, 'tool_choice'],
      [{ tools: [tool('f')], tool_choice: 'maybe' }, 'tool_choice'],
    ])('refuse %j', (request, param) => {
      expect(refusal(request)).toMatchObject({ status: 400, param });
    });
  });

  describe('reasoning_effort', () => {
    it.each([
      ['claude-sonnet-4-5', 'low', { thinking: { type: 'enabled', budget_tokens: 2_048 } }],
      ['claude-sonnet-4-5', 'high', { thinking: { type: 'enabled', budget_tokens: 16_384 } }],
      ['claude-sonnet-4-5', 'none', {}],
      ['claude-opus-4-6', 'medium', { thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } }],
      ['claude-opus-4-6', 'xhigh', { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }],
      [
        'claude-opus-5-5',
        'xhigh',
        { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'xhigh' } },
      ],
      [
        'claude-opus-5-5',
        'minimal',
        { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'low' } },
      ],
      ['claude-opus-5-5', 'none', { thinking: { type: 'disabled' } }],
    ])('of %s: %s', (model, reasoning_effort, expected) => {
      const { model: _m, max_tokens: _t, messages: _c, ...rest } = bodyOf({ model, reasoning_effort });
      expect(rest).toEqual(expected);
    });

    it.each([
      [{ model: 'claude-fable-5-2', reasoning_effort: 'none' }],
      [{ model: 'claude-3-5-sonnet-20241022', reasoning_effort: 'low' }],
      [{ reasoning_effort: 'low', max_tokens: 1_000 }],
      [{ reasoning_effort: 'low', tools: [tool('f')], tool_choice: 'required' }],
      [{ reasoning_effort: 'silly' }],
      [{ model: 'claude-opus-5-5', reasoning_effort: 'silly' }],
    ])('is named where it cannot be: %j', (request) => {
      const { body, filtered } = write(request);
      expect([body.thinking, filtered]).toEqual([undefined, ['reasoning_effort']]);
    });

    it('leaves room for the answer', () => {
      const { body, transformed } = write({ reasoning_effort: 'high', max_tokens: 3_000 });
      expect([body.thinking, transformed]).toEqual([{ type: 'enabled', budget_tokens: 2_999 }, ['reasoning_effort']]);
    });

    it('waits until thoughts that must be sent back are there', () => {
      const signed = [{ type: 'reasoning.text', text: 'hm', signature: 's' }];
      const loop = (details?: object[]) => [
        user('a'),
        { role: 'assistant', tool_calls: [call('c', '{}')], ...(details && { reasoning_details: details }) },
        { role: 'tool', tool_call_id: 'c', content: '1' },
      ];
      const without = write({ reasoning_effort: 'low', messages: loop() });
      expect([without.body.thinking, without.filtered]).toEqual([undefined, ['reasoning_effort']]);
      expect(bodyOf({ reasoning_effort: 'low', messages: loop(signed) }).thinking).toMatchObject({ type: 'enabled' });
      expect(bodyOf({ model: 'claude-opus-5-5', reasoning_effort: 'low', messages: loop() }).thinking).toBeDefined();
    });

    it('gives way to thinking in Anthropic’s own words', () => {
      const thinking = { type: 'enabled', budget_tokens: 1_024 };
      const { body, filtered } = write({ thinking, reasoning_effort: 'low' });
      expect([body.thinking, filtered]).toEqual([thinking, ['reasoning_effort']]);
    });
  });

  describe('response_format', () => {
    const schema = { type: 'object', properties: { a: { type: 'string', minLength: 1 } }, required: ['a'] };
    const format = (inner: unknown = schema) => ({
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: inner, strict: true } },
    });

    it('closes its objects and leaves out what Anthropic refuses', () => {
      const { body, transformed } = write(format());
      expect(body.output_config).toEqual({
        format: {
          type: 'json_schema',
          schema: { ...schema, properties: { a: { type: 'string' } }, additionalProperties: false },
        },
      });
      expect(transformed).toEqual(['response_format.json_schema.schema']);
    });

    it('stands beside an effort', () => {
      const { body } = write({ model: 'claude-opus-5-5', reasoning_effort: 'low', ...format() });
      expect(body.output_config).toMatchObject({ effort: 'low', format: { type: 'json_schema' } });
    });

    it.each([
      [{ response_format: { type: 'json_object' } }],
      [format({ type: 'object' })],
      [format({ type: 'object', properties: {}, additionalProperties: { type: 'string' } })],
      [{ model: 'claude-3-7-sonnet-latest', ...format() }],
    ])('is named where nobody would keep it: %j', (request) => {
      const { body, filtered } = write(request);
      expect([body.output_config, filtered]).toEqual([undefined, ['response_format']]);
    });
  });

  describe('sampling', () => {
    it.each([
      [{ temperature: 0.5 }, { temperature: 0.5 }, [], []],
      [{ temperature: 1.7 }, { temperature: 1 }, [], ['temperature']],
      [{ temperature: 0.5, top_p: 0.9 }, { temperature: 0.5 }, ['top_p'], []],
      [{ top_p: 0.9, top_k: 5 }, { top_p: 0.9, top_k: 5 }, [], []],
      [{ model: 'claude-3-7-sonnet-latest', temperature: 0, top_p: 0.9 }, { temperature: 0, top_p: 0.9 }, [], []],
      [{ model: 'claude-opus-5-5', temperature: 0.5, top_p: 1 }, {}, ['temperature'], []],
      [{ model: 'claude-opus-5-5', temperature: 1 }, {}, [], []],
      [{ temperature: 0.5, reasoning_effort: 'low' }, {}, ['temperature'], []],
    ])('%j', (request, expected, filteredNames, transformedNames) => {
      const { body, filtered, transformed } = write(request);
      const { temperature, top_p, top_k } = body;
      expect({ temperature, top_p, top_k }).toEqual({
        temperature: undefined,
        top_p: undefined,
        top_k: undefined,
        ...expected,
      });
      expect([filtered, transformed]).toEqual([filteredNames, transformedNames]);
    });
  });

  it.each([
    [{ stop: 'a' }, { stop_sequences: ['a'] }, []],
    [{ stop: ['a', '\n', ''] }, { stop_sequences: ['a'] }, ['stop']],
    [{ stop: '' }, {}, []],
    [{ user: 'u' }, { metadata: { user_id: 'u' } }, []],
    [{ user: 'u'.repeat(257) }, {}, ['user']],
    [{ service_tier: 'default' }, { service_tier: 'standard_only' }, []],
    [{ service_tier: 'flex' }, {}, ['service_tier']],
    [{ stream: true, stream_options: { include_usage: true, x: 1 } }, { stream: true }, ['stream_options.x']],
    [{ n: 1 }, {}, []],
    [
      { seed: 1, logit_bias: {}, frequency_penalty: 1, some_new_thing: 1 },
      {},
      ['seed', 'logit_bias', 'frequency_penalty', 'some_new_thing'],
    ],
  ])('%j', (request, expected, names) => {
    const { body, filtered } = write(request);
    expect(body).toEqual({ model: MODEL, max_tokens: 50_000, messages: [user('hi')], ...expected });
    expect(filtered).toEqual(names);
  });

  it('refuses more than one choice', () => {
    expect(refusal({ n: 2 })).toEqual({ code: 'unsupported_value', param: 'n', status: 400 });
  });

  it('refuses instead of filtering when the caller is strict', () => {
    expect(refusal({ seed: 1 }, true)).toEqual({ code: 'unsupported_parameter', param: 'seed', status: 400 });
  });

  it('changes nothing of the caller’s request', () => {
    const text = JSON.stringify({
      messages: [user([{ type: 'text', text: 'a' }])],
      tools: [tool('f', { strict: true })],
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object', properties: {} } } },
    });
    const request = parseLossless(text) as object;
    write(request);
    expect(JSON.stringify(request)).toBe(text);
  });
});
