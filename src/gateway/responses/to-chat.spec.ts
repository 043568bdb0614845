import { GatewayError } from '../../common/errors/gateway-error.js';
import type { ChatMessage } from '../openai/chat.types.js';
import { sealReasoning } from './encrypted-reasoning.js';
import { hostedToolPolicy } from './hosted-tools.js';
import type { InputItem, ResponsesRequest } from './responses.types.js';
import { toChat } from './to-chat.js';

const PNG = 'data:image/png;base64,iVBORw0KGgo=';

function request(fields: Record<string, unknown> = {}): ResponsesRequest {
  return { model: 'gpt-oss-120b', input: 'Hi', ...fields };
}

function messagesOf(input: InputItem[] | string, fields: Record<string, unknown> = {}): ChatMessage[] {
  return toChat(request({ ...fields, input })).chat.messages;
}

/** The refusal of a request: code, param and message. */
function refusal(fields: Record<string, unknown>): {
  code: string;
  param: string | null;
  message: string;
  status: number;
} {
  try {
    toChat(request(fields));
  } catch (error) {
    if (error instanceof GatewayError) {
      return { code: error.code, param: error.param, message: error.message, status: error.status };
    }
    throw error;
  }
  throw new Error('was not refused');
}

const call = (id: string, name = 'get_weather') => ({
  type: 'function_call',
  call_id: id,
  name,
  arguments: '{"city": "Paris"}',
});
const output = (id: string, text: unknown = '18C') => ({ type: 'function_call_output', call_id: id, output: text });
const chatCall = (id: string, name = 'get_weather') => ({
  id,
  type: 'function',
  function: { name, arguments: '{"city": "Paris"}' },
});
const tool = (name: string, fields: Record<string, unknown> = {}) => ({ type: 'function', name, ...fields });

describe('messages of a Responses request', () => {
  it('are one user message for a string, behind the instructions', () => {
    expect(messagesOf('Hi', { instructions: 'Be brief.' })).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ]);
  });

  it('accept easy messages, replayed output items and keys of any origin', () => {
    expect(
      messagesOf([
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: [{ type: 'input_text', text: 'No lists.' }] },
        { role: 'user', content: 'Hi', phase: 'x' },
        {
          type: 'message',
          id: 'msg_1',
          status: 'completed',
          role: 'assistant',
          phase: 'final_answer',
          content: [{ type: 'output_text', text: 'Hello.', annotations: [], logprobs: [] }],
        },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'a' },
            { type: 'input_text', text: 'b', extra: 1 },
          ],
        },
      ]),
    ).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'developer', content: 'No lists.' },
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello.' },
      { role: 'assistant', content: 'No.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
    ]);
  });

  it('merge reasoning, text and calls of one turn into one assistant message', () => {
    expect(
      messagesOf([
        { role: 'user', content: 'Weather?' },
        {
          type: 'reasoning',
          id: 'rs_1',
          summary: [
            { type: 'summary_text', text: 'First.' },
            { type: 'summary_text', text: 'Second.' },
          ],
        },
        { role: 'assistant', content: 'Let me see.' },
        call('a1'),
        call('b2'),
        output('a1'),
        output('b2', '20C'),
      ]),
    ).toEqual([
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: 'Let me see.',
        reasoning: 'First.\n\nSecond.',
        tool_calls: [chatCall('a1'), chatCall('b2')],
      },
      { role: 'tool', tool_call_id: 'a1', content: '18C' },
      { role: 'tool', tool_call_id: 'b2', content: '20C' },
    ]);
  });

  it('leave content out beside calls, also when the text is empty', () => {
    const [message] = messagesOf([{ role: 'assistant', content: '' }, call('a1'), output('a1')]);
    expect(message).toEqual({ role: 'assistant', tool_calls: [chatCall('a1')] });
  });

  it('keep two texts, and reasoning after a call, as turns of their own', () => {
    expect(
      messagesOf([
        { role: 'assistant', content: 'One.' },
        { role: 'assistant', content: 'Two.' },
        call('a1'),
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Again.' }] },
        { role: 'assistant', content: 'Three.' },
        output('a1'),
      ]),
    ).toEqual([
      { role: 'assistant', content: 'One.' },
      { role: 'assistant', content: 'Two.', tool_calls: [chatCall('a1')] },
      { role: 'tool', tool_call_id: 'a1', content: '18C' },
      { role: 'assistant', content: 'Three.', reasoning: 'Again.' },
    ]);
  });

  it('place results behind their calls in the order of the calls, wherever they stood', () => {
    expect(
      messagesOf([
        output('c3', 'early'),
        { role: 'user', content: 'Go' },
        call('a1'),
        call('b2'),
        { role: 'user', content: 'Hurry' },
        output('b2', 'second'),
        output('a1', 'first'),
        call('c3'),
      ]).map((message) => message.tool_call_id ?? message.content ?? message.tool_calls?.map(({ id }) => id)),
    ).toEqual(['Go', ['a1', 'b2'], 'a1', 'b2', 'Hurry', ['c3'], 'c3']);
  });

  it('tell calls of two turns with the same id apart', () => {
    const results = messagesOf([
      call('call_0'),
      output('call_0', 'one'),
      { role: 'user', content: 'Again' },
      call('call_0'),
      output('call_0', 'two'),
    ]);
    expect(results.filter(({ role }) => role === 'tool').map(({ content }) => content)).toEqual(['one', 'two']);
  });

  it('never touch the text of the arguments', () => {
    const text = '{ "n": 12345678901234567890,\n "x": 1.0 }';
    const [message] = messagesOf([{ ...call('a1'), arguments: text }, output('a1')]);
    expect(message?.tool_calls?.[0]?.function.arguments).toBe(text);
  });

  it('refuse a call without a result and a result without a call', () => {
    expect(refusal({ input: [call('a1'), call('b2'), output('a1')] })).toEqual({
      status: 400,
      code: 'invalid_value',
      param: 'input',
      message: 'No tool output found for function call b2.',
    });
    expect(refusal({ input: [{ role: 'user', content: 'Hi' }, output('zz')] })).toMatchObject({
      status: 400,
      param: 'input',
      message: 'No tool call found for function call output with call_id zz.',
    });
  });

  it('split a result of parts into text and a user message with the images', () => {
    expect(
      messagesOf([
        call('a1'),
        call('b2'),
        output('a1', [
          { type: 'input_text', text: 'See ' },
          { type: 'input_image', image_url: PNG, detail: 'high' },
          { type: 'input_text', text: 'this.' },
        ]),
        output('b2', ''),
      ]).slice(1),
    ).toEqual([
      { role: 'tool', tool_call_id: 'a1', content: 'See this.' },
      { role: 'tool', tool_call_id: 'b2', content: '' },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: PNG, detail: 'high' } }] },
    ]);
  });

  it('show calls of free-form tools as functions with one argument', () => {
    expect(
      messagesOf([
        { type: 'custom_tool_call', call_id: 'a1', name: 'apply_patch', input: '*** Begin "Patch"' },
        { type: 'custom_tool_call_output', call_id: 'a1', output: 'Done' },
      ]),
    ).toEqual([
      {
        role: 'assistant',
        tool_calls: [
          {
            id: 'a1',
            type: 'function',
            function: { name: 'apply_patch', arguments: '{"input":"*** Begin \\"Patch\\""}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'a1', content: 'Done' },
    ]);
  });

  it('restore reasoning from our own token, and fall back to the summary for a foreign one', () => {
    const reasoning = (fields: object) =>
      messagesOf([
        { type: 'reasoning', summary: [], content: null, ...fields },
        { role: 'assistant', content: 'x' },
      ])[0]?.reasoning;
    expect(reasoning({ encrypted_content: sealReasoning('Grüße 你好') })).toBe('Grüße 你好');
    expect(reasoning({ encrypted_content: 'gAAAAABforeign' })).toBeUndefined();
    expect(
      reasoning({ encrypted_content: 'gAAAAABforeign', summary: [{ type: 'summary_text', text: 'Short.' }] }),
    ).toBe('Short.');
    expect(reasoning({ content: [{ type: 'reasoning_text', text: 'Raw.' }] })).toBe('Raw.');
    expect(reasoning({ summary: undefined })).toBeUndefined();
  });

  it('keep reasoning that was cut before any answer as a turn with empty content', () => {
    expect(
      messagesOf([
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm' }] },
        { role: 'user', content: 'Go on' },
      ]),
    ).toEqual([
      { role: 'assistant', content: '', reasoning: 'Hm' },
      { role: 'user', content: 'Go on' },
    ]);
  });

  it('read text files and nothing else', () => {
    const user = (part: object) => [{ role: 'user', content: [{ type: 'input_text', text: 'Read' }, part] }];
    const file = (data: string) => ({ type: 'input_file', filename: 'a.txt', file_data: data });
    expect(messagesOf(user(file('data:text/plain;base64,R3LDvMOfZQ==')))[0]?.content).toEqual([
      { type: 'text', text: 'Read' },
      { type: 'text', text: 'Grüße' },
    ]);
    expect(messagesOf(user(file('data:text/csv;charset=utf-8,a%2Cb')))[0]?.content).toContainEqual({
      type: 'text',
      text: 'a,b',
    });
    for (const data of ['data:application/pdf;base64,JVBERi0=', 'data:text/plain;base64,/w==', 'R3LDvMOfZQ==']) {
      expect(refusal({ input: user(file(data)) })).toMatchObject({ status: 400, param: 'input[0].content[1]' });
    }
    expect(refusal({ input: user({ type: 'input_file', file_id: 'file_1' }) })).toMatchObject({
      param: 'input[0].content[1]',
    });
  });

  it.each<[string, unknown, { code: string; param: string }]>([
    [
      'an https image',
      [{ role: 'user', content: [{ type: 'input_image', image_url: 'https://x.test/a.png' }] }],
      { code: 'invalid_image_url', param: 'input[0].content[0].image_url' },
    ],
    [
      'an uploaded image',
      [{ role: 'user', content: [{ type: 'input_image', file_id: 'file_1' }] }],
      { code: 'unsupported_parameter', param: 'input[0].content[0].file_id' },
    ],
    [
      'an image without source',
      [{ role: 'user', content: [{ type: 'input_image' }] }],
      { code: 'missing_required_parameter', param: 'input[0].content[0].image_url' },
    ],
    [
      'an image of the assistant',
      [{ role: 'assistant', content: [{ type: 'input_image', image_url: PNG }] }],
      { code: 'invalid_value', param: 'input[0].content[0].type' },
    ],
    [
      'audio',
      [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }],
      { code: 'invalid_value', param: 'input[0].content[0].type' },
    ],
    [
      'a part without type',
      [{ role: 'user', content: [{ text: 'x' }] }],
      { code: 'missing_required_parameter', param: 'input[0].content[0].type' },
    ],
    [
      'a part without text',
      [{ role: 'user', content: [{ type: 'input_text' }] }],
      { code: 'missing_required_parameter', param: 'input[0].content[0].text' },
    ],
    [
      'a message without content',
      [{ role: 'user' }],
      { code: 'missing_required_parameter', param: 'input[0].content' },
    ],
    ['content of another type', [{ role: 'user', content: 5 }], { code: 'invalid_type', param: 'input[0].content' }],
    ['a foreign role', [{ role: 'tool', content: 'x' }], { code: 'invalid_value', param: 'input[0].role' }],
    [
      'a message without role',
      [{ type: 'message', content: 'x' }],
      { code: 'missing_required_parameter', param: 'input[0].role' },
    ],
    [
      'an unknown item',
      ['Hi', { type: 'web_search_call' }].slice(1),
      { code: 'invalid_value', param: 'input[0].type' },
    ],
    [
      'a compaction',
      [{ type: 'compaction', encrypted_content: 'x' }],
      { code: 'invalid_value', param: 'input[0].type' },
    ],
    [
      'an item without type',
      [{ role: 'user', content: 'x' }, { text: 'x' }],
      { code: 'missing_required_parameter', param: 'input[1].type' },
    ],
    ['a reference', [{ type: 'item_reference', id: 'msg_1' }], { code: 'unsupported_value', param: 'input[0]' }],
    ['a reference without type', [{ id: 'msg_1' }], { code: 'unsupported_value', param: 'input[0]' }],
    ['a bare string', ['Hi'], { code: 'invalid_type', param: 'input[0]' }],
    [
      'a call without id',
      [{ ...call(''), call_id: undefined }],
      { code: 'missing_required_parameter', param: 'input[0].call_id' },
    ],
    [
      'a call with parsed arguments',
      [{ ...call('a1'), arguments: {} }],
      { code: 'invalid_type', param: 'input[0].arguments' },
    ],
    [
      'a result without output',
      [call('a1'), { type: 'function_call_output', call_id: 'a1' }],
      { code: 'missing_required_parameter', param: 'input[1].output' },
    ],
    ['no item', [], { code: 'empty_array', param: 'input' }],
    ['no input', undefined, { code: 'missing_required_parameter', param: 'input' }],
    ['input of another type', 5, { code: 'invalid_type', param: 'input' }],
  ])('refuse %s', (_, input, expected) => {
    expect(refusal({ input })).toMatchObject({ status: 400, ...expected });
  });
});

describe('tools of a Responses request', () => {
  it('become chat functions, strict only where the caller says so', () => {
    const schema = { type: 'object', properties: { b: {}, a: {} } };
    const { chat } = toChat(
      request({
        tools: [
          tool('f', { description: 'd', parameters: schema, strict: true }),
          tool('g', { description: null, parameters: null, strict: null }),
          tool('h'),
        ],
        tool_choice: { type: 'function', name: 'g' },
        parallel_tool_calls: false,
      }),
    );
    const empty = { type: 'object', properties: {} };
    expect(chat.tools).toEqual([
      { type: 'function', function: { name: 'f', description: 'd', parameters: schema, strict: true } },
      { type: 'function', function: { name: 'g', parameters: empty, strict: false } },
      { type: 'function', function: { name: 'h', parameters: empty } },
    ]);
    expect(chat.tools?.[0]?.function?.parameters).toBe(schema);
    expect(chat).toMatchObject({
      tool_choice: { type: 'function', function: { name: 'g' } },
      parallel_tool_calls: false,
    });
  });

  it('are left out with everything about them when there are none', () => {
    const { chat, unsent } = toChat(
      request({ tools: [], tool_choice: 'auto', parallel_tool_calls: true, include: [] }),
    );
    expect(chat).toEqual({ model: 'gpt-oss-120b', messages: [{ role: 'user', content: 'Hi' }] });
    expect(unsent).toEqual([]);
  });

  it('are filtered by allowed_tools', () => {
    const { chat } = toChat(
      request({
        tools: [tool('f'), tool('g')],
        tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'g' }] },
      }),
    );
    expect(chat.tools?.map((offered) => offered.function?.name)).toEqual(['g']);
    expect(chat.tool_choice).toBe('required');
  });

  it.each<[string, Record<string, unknown>, { code: string; param: string }]>([
    ['a hosted tool', { tools: [{ type: 'web_search' }] }, { code: 'unsupported_parameter', param: 'tools[0].type' }],
    [
      'a hosted tool behind a function',
      { tools: [tool('f'), { type: 'mcp' }] },
      { code: 'unsupported_parameter', param: 'tools[1].type' },
    ],
    [
      'a function without name',
      { tools: [{ type: 'function' }] },
      { code: 'missing_required_parameter', param: 'tools[0].name' },
    ],
    ['two functions of one name', { tools: [tool('f'), tool('f')] }, { code: 'invalid_value', param: 'tools[1].name' }],
    [
      'the choice of a hosted tool',
      { tools: [tool('f')], tool_choice: { type: 'web_search' } },
      { code: 'unsupported_parameter', param: 'tool_choice.type' },
    ],
    [
      'the choice of a function that is not offered',
      { tools: [tool('f')], tool_choice: { type: 'function', name: 'g' } },
      { code: 'invalid_value', param: 'tool_choice' },
    ],
    ['an unknown choice', { tools: [tool('f')], tool_choice: 'any' }, { code: 'invalid_value', param: 'tool_choice' }],
    ['a required call without tools', { tool_choice: 'required' }, { code: 'invalid_value', param: 'tool_choice' }],
    [
      'an allowed tool that is hosted',
      { tools: [tool('f')], tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'mcp' }] } },
      { code: 'unsupported_parameter', param: 'tool_choice.tools[0].type' },
    ],
    [
      'allowed tools without a list',
      { tools: [tool('f')], tool_choice: { type: 'allowed_tools', mode: 'auto' } },
      { code: 'missing_required_parameter', param: 'tool_choice.tools' },
    ],
  ])('refuse %s', (_, fields, expected) => {
    expect(refusal(fields)).toMatchObject({ status: 400, ...expected });
  });
});

describe('a request of Codex', () => {
  const codex = request({
    instructions: 'You are a coding agent.',
    input: [
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'sandbox: read-only' }] },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'list files' }] },
      {
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: 'ls' }],
        content: null,
        encrypted_content: sealReasoning('I run ls.'),
      },
      { type: 'function_call', name: 'shell', arguments: '{"command":["ls"]}', call_id: '1f2e3d4c5' },
      { type: 'function_call_output', call_id: '1f2e3d4c5', output: [{ type: 'input_text', text: 'a.txt' }] },
    ],
    tools: [
      tool('shell', { description: 'Runs a command', strict: false, parameters: { type: 'object', properties: {} } }),
      { type: 'custom', name: 'apply_patch', format: { type: 'grammar', syntax: 'lark', definition: '…' } },
      { type: 'web_search', external_web_access: false },
    ],
    tool_choice: 'auto',
    parallel_tool_calls: false,
    reasoning: { effort: 'medium', summary: 'auto' },
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: '0199',
    text: { verbosity: 'low' },
    client_metadata: { 'x-codex': '1' },
  });

  it('becomes a chat request without the tools that only OpenAI has, and says what was left out', () => {
    const { chat, unsent } = toChat(codex, { hostedTools: hostedToolPolicy({ originator: 'codex_cli_rs' }) });
    expect(chat).toEqual({
      model: 'gpt-oss-120b',
      messages: [
        { role: 'system', content: 'You are a coding agent.' },
        { role: 'developer', content: 'sandbox: read-only' },
        { role: 'user', content: 'list files' },
        {
          role: 'assistant',
          reasoning: 'I run ls.',
          tool_calls: [
            { id: '1f2e3d4c5', type: 'function', function: { name: 'shell', arguments: '{"command":["ls"]}' } },
          ],
        },
        { role: 'tool', tool_call_id: '1f2e3d4c5', content: 'a.txt' },
      ],
      tools: [
        {
          type: 'function',
          function: {
            name: 'shell',
            description: 'Runs a command',
            strict: false,
            parameters: { type: 'object', properties: {} },
          },
        },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: false,
      stream: true,
      prompt_cache_key: '0199',
      reasoning_effort: 'medium',
    });
    expect(unsent).toEqual(['text.verbosity', 'client_metadata', 'tools[1]', 'tools[2]']);
  });

  it('is known by its headers', () => {
    expect(hostedToolPolicy({ 'user-agent': 'codex-tui/0.149.1 (Mac OS 26.0; arm64)' })).toBe('drop');
    expect(hostedToolPolicy({ originator: 'Codex Desktop' })).toBe('drop');
    expect(hostedToolPolicy({ 'user-agent': 'OpenAI/JS 7.57.0' })).toBe('refuse');
    expect(hostedToolPolicy({ 'user-agent': 'codexplorer/1.0' })).toBe('refuse');
    expect(hostedToolPolicy({})).toBe('refuse');
  });
});

describe('parameters of a Responses request', () => {
  it('keep or get the name that chat has for them', () => {
    const { chat, unsent } = toChat(
      request({
        max_output_tokens: 100,
        temperature: 0,
        top_p: 0.5,
        presence_penalty: 1,
        frequency_penalty: -1,
        top_logprobs: 3,
        reasoning: { effort: 'high', summary: 'detailed' },
        text: { format: { type: 'json_object' } },
        user: 'u',
        prompt_cache_key: 'k',
        service_tier: 'flex',
        stream: true,
        stream_options: { include_obfuscation: false },
        truncation: 'disabled',
        store: false,
        metadata: { a: 'b' },
        include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
      }),
    );
    expect(chat).toEqual({
      model: 'gpt-oss-120b',
      messages: [{ role: 'user', content: 'Hi' }],
      max_completion_tokens: 100,
      temperature: 0,
      top_p: 0.5,
      presence_penalty: 1,
      frequency_penalty: -1,
      logprobs: true,
      top_logprobs: 3,
      reasoning_effort: 'high',
      response_format: { type: 'json_object' },
      user: 'u',
      prompt_cache_key: 'k',
      service_tier: 'flex',
      stream: true,
    });
    expect(unsent).toEqual([]);
  });

  it('ask for logprobs by include alone, and not by a top_logprobs of 0', () => {
    expect(toChat(request({ include: ['message.output_text.logprobs'] })).chat).toMatchObject({ logprobs: true });
    expect(toChat(request({ top_logprobs: 0 })).chat).not.toHaveProperty('logprobs');
  });

  it('are named when they have no effect', () => {
    const { chat, unsent } = toChat(
      request({
        store: true,
        truncation: 'auto',
        safety_identifier: 's',
        max_tool_calls: 2,
        prompt_cache_retention: '24h',
        context_management: [],
        text: { format: { type: 'text' }, verbosity: 'low' },
        reasoning: { effort: null, summary: 'concise', mode: 'x' },
        stream_options: { include_obfuscation: true },
        include: ['reasoning.encrypted_content', 'file_search_call.results'],
        surprise: 1,
      }),
    );
    expect(Object.keys(chat)).toEqual(['model', 'messages']);
    expect(unsent).toEqual([
      'truncation',
      'safety_identifier',
      'max_tool_calls',
      'prompt_cache_retention',
      'context_management',
      'text.verbosity',
      'reasoning.summary',
      'reasoning.mode',
      'stream_options.include_obfuscation',
      'include[1]',
      'surprise',
    ]);
  });

  it('count as absent when they are null', () => {
    const names = [
      'instructions',
      'max_output_tokens',
      'temperature',
      'top_p',
      'top_logprobs',
      'tools',
      'tool_choice',
      'text',
      'reasoning',
      'include',
      'store',
      'stream',
      'stream_options',
      'previous_response_id',
      'conversation',
      'prompt',
      'background',
      'truncation',
      'metadata',
      'user',
    ];
    const { chat, unsent } = toChat(request(Object.fromEntries(names.map((name) => [name, null]))));
    expect(chat).toEqual({ model: 'gpt-oss-120b', messages: [{ role: 'user', content: 'Hi' }] });
    expect(unsent).toEqual([]);
  });

  it('keep a number that a double cannot hold', () => {
    const exact = JSON.rawJSON('0.70000000000000000001');
    const huge = JSON.rawJSON('12345678901234567890');
    const { chat } = toChat(request({ temperature: exact, max_output_tokens: huge }));
    expect(JSON.stringify(chat)).toContain('"temperature":0.70000000000000000001');
    expect(JSON.stringify(chat)).toContain('"max_completion_tokens":12345678901234567890');
  });

  it.each<[string, Record<string, unknown>, { code: string; param: string }]>([
    [
      'a previous response',
      { previous_response_id: 'resp_1' },
      { code: 'unsupported_parameter', param: 'previous_response_id' },
    ],
    ['a conversation', { conversation: { id: 'conv_1' } }, { code: 'unsupported_parameter', param: 'conversation' }],
    ['background work', { background: true }, { code: 'unsupported_parameter', param: 'background' }],
    [
      'a prompt template, also without input',
      { prompt: { id: 'pmpt_1' }, input: undefined },
      { code: 'unsupported_parameter', param: 'prompt' },
    ],
    ['a limit below 16', { max_output_tokens: 8 }, { code: 'integer_below_min_value', param: 'max_output_tokens' }],
    ['an unknown format', { text: { format: { type: 'xml' } } }, { code: 'invalid_value', param: 'text.format.type' }],
    [
      'a schema format without schema',
      { text: { format: { type: 'json_schema', name: 'n' } } },
      { code: 'missing_required_parameter', param: 'text.format.schema' },
    ],
    [
      'a schema format without name',
      { text: { format: { type: 'json_schema', schema: {} } } },
      { code: 'missing_required_parameter', param: 'text.format.name' },
    ],
  ])('refuse %s', (_, fields, expected) => {
    expect(refusal(fields)).toMatchObject({ status: 400, ...expected });
  });

  it('pass a background of false', () => {
    expect(toChat(request({ background: false })).unsent).toEqual([]);
  });
});
