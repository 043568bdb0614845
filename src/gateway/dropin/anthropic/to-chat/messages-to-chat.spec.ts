import { GatewayError } from '../../../../common/errors/gateway-error.js';
import { parseLossless } from '../../../../common/json/raw-json.js';
import type { InputMessage, MessagesRequest } from '../../../anthropic/messages.types.js';
import type { ChatMessage, ChatRequest } from '../../../openai/chat.types.js';
import { ChatPaths } from '../chat-paths.js';
import { messagesToChat } from './messages-to-chat.js';

const USER: InputMessage = { role: 'user', content: 'Hi' };

function request(fields: Record<string, unknown> = {}): MessagesRequest {
  return { model: 'gpt-oss-120b', max_tokens: 1024, messages: [USER], ...fields };
}

const convert = (fields: Record<string, unknown> = {}) => messagesToChat(request(fields));
const chatOf = (fields: Record<string, unknown> = {}): ChatRequest => convert(fields).chat;
const messagesOf = (...messages: InputMessage[]): ChatMessage[] => chatOf({ messages }).messages;
const unsentOf = (fields: Record<string, unknown>): string[] => [...convert(fields).notes.unsent];
const user = (...content: unknown[]): InputMessage => ({ role: 'user', content }) as InputMessage;
const assistant = (...content: unknown[]): InputMessage => ({ role: 'assistant', content }) as InputMessage;

function refusal(fields: Record<string, unknown>): { param: string | null; message: string; status: number } {
  try {
    convert(fields);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

const text = (value: string, more: Record<string, unknown> = {}) => ({ type: 'text', text: value, ...more });
const png = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } };
const pngPart = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } };
const use = (id: string, input: unknown = { city: 'Paris' }) => ({ type: 'tool_use', id, name: 'get_weather', input });
const result = (id: string, more: Record<string, unknown> = { content: '18C' }) => ({
  type: 'tool_result',
  tool_use_id: id,
  ...more,
});
const chatCall = (id: string, args = '{"city":"Paris"}') => ({
  id,
  type: 'function',
  function: { name: 'get_weather', arguments: args },
});

describe('system', () => {
  it('is one message for a text, and none for an empty one', () => {
    expect(chatOf({ system: 'Be brief.' }).messages[0]).toEqual({ role: 'system', content: 'Be brief.' });
    expect(chatOf({ system: '' }).messages).toEqual([USER]);
  });

  it('#95 joins its blocks by a blank line, without their cache_control and without a word of it', () => {
    const system = [text('You are terse.', { cache_control: { type: 'ephemeral' } }), text('Answer in French.')];
    expect(chatOf({ system }).messages[0]).toEqual({ role: 'system', content: 'You are terse.\n\nAnswer in French.' });
    expect(unsentOf({ system })).toEqual([]);
  });

  it('stays in its place inside the conversation', () => {
    expect(
      messagesOf(
        USER,
        { role: 'assistant', content: 'Yes?' },
        { role: 'system', content: [text('Be kind.')] as never },
        USER,
      ),
    ).toEqual([USER, { role: 'assistant', content: 'Yes?' }, { role: 'system', content: 'Be kind.' }, USER]);
  });

  it('names blocks that are no text', () => {
    const messages = [USER, { role: 'system', content: [{ type: 'tool_removal', name: 'f' }, text('Be kind.')] }];
    expect(unsentOf({ messages })).toEqual(['messages.content.tool_removal']);
    expect(chatOf({ messages }).messages[1]).toEqual({ role: 'system', content: 'Be kind.' });
  });

  it('waits until the results of calls are out, which chat wants right behind them', () => {
    const messages = messagesOf(
      USER,
      assistant(use('t1')),
      { role: 'system', content: 'Be kind.' },
      user(result('t1')),
    );
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'system']);
  });
});

describe('user messages', () => {
  it('are a string for one text and parts for more', () => {
    expect(messagesOf(user(text('Hi')))).toEqual([{ role: 'user', content: 'Hi' }]);
    expect(messagesOf(user(text('Hi'), text('there')))).toEqual([
      { role: 'user', content: [text('Hi'), text('there')] },
    ]);
  });

  it('have images as data URLs or URLs, in their order among the texts', () => {
    const remote = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } };
    expect(messagesOf(user(text('Look:'), png, remote))).toEqual([
      {
        role: 'user',
        content: [text('Look:'), pngPart, { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }],
      },
    ]);
  });

  it('#94 put results of tools before what the user says, wherever they stand in the turn', () => {
    expect(messagesOf(USER, assistant(use('t1'), use('t2')), user(text('And?'), result('t1'), result('t2')))).toEqual([
      USER,
      { role: 'assistant', tool_calls: [chatCall('t1'), chatCall('t2')] },
      { role: 'tool', tool_call_id: 't1', content: '18C' },
      { role: 'tool', tool_call_id: 't2', content: '18C' },
      { role: 'user', content: 'And?' },
    ]);
  });

  it('#94 are one turn when they follow each other, also for results that came in messages of their own', () => {
    const messages = messagesOf(
      USER,
      assistant(use('t1')),
      assistant(use('t2')),
      user(result('t1')),
      user(text('b'), result('t2')),
    );
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'tool', 'user']);
    expect(messages[1]?.tool_calls).toHaveLength(2);
  });

  it('#94 say that a tool failed, and take a result without content', () => {
    const failed = result('t1', { content: [text('no'), text('way')], is_error: true });
    expect(messagesOf(USER, assistant(use('t1'), use('t2')), user(failed, result('t2', {}))).slice(2)).toEqual([
      { role: 'tool', tool_call_id: 't1', content: 'Error: no\nway' },
      { role: 'tool', tool_call_id: 't2', content: '' },
    ]);
  });

  it('#94 carry images of results in a message behind all results, before the rest of the turn', () => {
    const seen = result('t1', { content: [text('a screenshot'), png] });
    expect(messagesOf(USER, assistant(use('t1'), use('t2')), user(seen, result('t2'), text('Well?'))).slice(2)).toEqual(
      [
        { role: 'tool', tool_call_id: 't1', content: 'a screenshot' },
        { role: 'tool', tool_call_id: 't2', content: '18C' },
        { role: 'user', content: [pngPart] },
        { role: 'user', content: 'Well?' },
      ],
    );
  });

  it('read documents that are text, and search results', () => {
    const blocks = [
      {
        type: 'document',
        title: 'Rules',
        context: 'Old.',
        source: { type: 'text', media_type: 'text/plain', data: 'No.' },
      },
      { type: 'document', source: { type: 'content', content: [text('A'), png] } },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'text/markdown', data: Buffer.from('# ü').toString('base64') },
      },
      { type: 'search_result', title: 'T', source: 'https://example.com', content: [text('x'), text('y')] },
    ];
    expect(messagesOf(user(...blocks))[0]?.content).toEqual([
      text('Rules\nOld.\nNo.'),
      text('A'),
      pngPart,
      text('# ü'),
      text('T\nhttps://example.com\nx\ny'),
    ]);
  });

  it('hand a PDF on as a file, and name the block when its provider refuses it', () => {
    const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' } };
    const original = request({ system: 's', messages: [user(text('Read:'), pdf)] });
    const converted = messagesToChat(original);
    expect(converted.chat.messages[1]?.content).toEqual([
      text('Read:'),
      { type: 'file', file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
    ]);
    const paths = new ChatPaths(original, converted);
    expect(paths.toMessages('messages[1].content[1].type')).toBe('messages[0].content[1]');
  });

  it.each([
    [{ type: 'image', source: { type: 'file', file_id: 'f' } }, 'messages[0].content[0].source'],
    [{ type: 'document', source: { type: 'url', url: 'https://x' } }, 'messages[0].content[0].source.url'],
    [{ type: 'document', source: { type: 'file', file_id: 'f' } }, 'messages[0].content[0].source'],
  ])('refuse what nobody here can read: %j', (block, param) => {
    expect(refusal({ messages: [user(block)] })).toMatchObject({ status: 400, param });
  });
});

describe('assistant messages', () => {
  it('become text, reasoning and calls of one message', () => {
    const said = assistant(
      { type: 'thinking', thinking: 'Hm.', signature: 'anything' },
      text('Let me '),
      text('see.'),
      use('t1'),
    );
    expect(messagesOf(USER, said, user(result('t1')))[1]).toEqual({
      role: 'assistant',
      content: 'Let me see.',
      reasoning: 'Hm.',
      tool_calls: [chatCall('t1')],
    });
  });

  it('keep the digits of numbers in the input of a tool', () => {
    const input = parseLossless('{"id":12345678901234567890,"x":1.0}');
    expect(messagesOf(USER, assistant(use('t1', input)))[1]?.tool_calls).toEqual([
      chatCall('t1', '{"id":12345678901234567890,"x":1}'),
    ]);
  });

  it('leave out redacted thoughts and blocks of server tools, and name them', () => {
    const messages = [
      USER,
      assistant({ type: 'redacted_thinking', data: 'x' }, { type: 'server_tool_use', id: 's' }, text('Yes.')),
      USER,
    ];
    expect(chatOf({ messages }).messages[1]).toEqual({ role: 'assistant', content: 'Yes.' });
    expect(unsentOf({ messages })).toEqual(['messages.content.redacted_thinking', 'messages.content.server_tool_use']);
  });

  it('that say nothing are left out, and a conversation without any content is refused', () => {
    expect(messagesOf(USER, assistant(), USER)).toEqual([USER, USER]);
    expect(refusal({ messages: [assistant()], system: 'x' })).toMatchObject({ status: 400, param: 'messages' });
  });

  it('may come last, as the beginning of the answer', () => {
    expect(messagesOf(USER, { role: 'assistant', content: '{' })[1]).toEqual({ role: 'assistant', content: '{' });
  });
});

describe('tools', () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } } };
  const tool = (name: string, more: Record<string, unknown> = {}) => ({ name, input_schema: schema, ...more });
  const weather = tool('get_weather');

  it('are functions, without $schema and what only concerns how they are sent', () => {
    const given = tool('f', {
      description: 'd',
      strict: true,
      type: 'custom',
      input_schema: { $schema: 'http://json-schema.org/draft-07/schema#', ...schema },
      cache_control: { type: 'ephemeral' },
      eager_input_streaming: true,
      defer_loading: true,
    });
    expect(chatOf({ tools: [given] }).tools).toEqual([
      { type: 'function', function: { name: 'f', description: 'd', parameters: schema, strict: true } },
    ]);
    expect(unsentOf({ tools: [given] })).toEqual([]);
  });

  it('that Anthropic runs are left out and named, and so are examples', () => {
    const tools = [{ type: 'web_search_20250305', name: 'web_search' }, tool('f', { input_examples: [{}] })];
    const original = request({ tools });
    const converted = messagesToChat(original);
    expect(converted.chat.tools).toHaveLength(1);
    expect([...converted.notes.unsent]).toEqual(['tools.web_search_20250305', 'tools.input_examples']);
    const paths = new ChatPaths(original, converted);
    expect(paths.toMessages('tools[0].function.parameters')).toBe('tools[1].input_schema');
  });

  it.each([
    [{ type: 'auto' }, 'auto'],
    [{ type: 'any' }, 'required'],
    [{ type: 'none' }, 'none'],
    [
      { type: 'tool', name: 'get_weather' },
      { type: 'function', function: { name: 'get_weather' } },
    ],
  ])('tool_choice %j', (choice, expected) => {
    const chat = chatOf({ tools: [weather], tool_choice: choice });
    expect(chat.tool_choice).toEqual(expected);
    expect(chat).not.toHaveProperty('parallel_tool_calls');
  });

  it('one at a time on demand', () => {
    const choice = { type: 'auto', disable_parallel_tool_use: true };
    expect(chatOf({ tools: [weather], tool_choice: choice }).parallel_tool_calls).toBe(false);
  });

  it('a demand that cannot be met is refused', () => {
    const server = { type: 'web_search_20250305', name: 'web_search' };
    expect(refusal({ tools: [server], tool_choice: { type: 'any' } })).toMatchObject({ param: 'tool_choice.type' });
    const named = { type: 'tool', name: 'web_search' };
    expect(refusal({ tools: [server, weather], tool_choice: named })).toMatchObject({ param: 'tool_choice.name' });
  });
});

describe('parameters', () => {
  it('are renamed or passed', () => {
    const chat = chatOf({
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      stream: true,
      stop_sequences: ['a', ''],
      metadata: { user_id: 'u1' },
      service_tier: 'standard_only',
    });
    expect(chat).toEqual({
      model: 'gpt-oss-120b',
      messages: [USER],
      max_completion_tokens: 1024,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      stream: true,
      stop: ['a'],
      user: 'u1',
      service_tier: 'default',
    });
  });

  it('keep what chat has no room for: stop sequences beyond four', () => {
    const { chat, moreStops } = convert({ stop_sequences: ['1', '2', '3', '4', '5', '6'] });
    expect(chat.stop).toEqual(['1', '2', '3', '4']);
    expect(moreStops).toEqual(['5', '6']);
  });

  it.each([
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, 'low'],
    [{ thinking: { type: 'enabled', budget_tokens: 4095 } }, 'low'],
    [{ thinking: { type: 'enabled', budget_tokens: 4096 } }, 'medium'],
    [{ thinking: { type: 'enabled', budget_tokens: 16_383 } }, 'medium'],
    [{ thinking: { type: 'enabled', budget_tokens: 16_384 } }, 'high'],
    [{ thinking: { type: 'adaptive' } }, undefined],
    [{ thinking: { type: 'adaptive' }, output_config: { effort: 'low' } }, 'low'],
    [{ output_config: { effort: 'xhigh' } }, 'high'],
    [{ output_config: { effort: 'max' } }, 'high'],
    [{ thinking: { type: 'disabled' }, output_config: { effort: 'max' } }, 'none'],
    [{ thinking: { type: 'between_tools' } }, undefined],
    [{}, undefined],
  ])('%j is the effort %s', (fields, effort) => {
    expect(chatOf(fields).reasoning_effort).toBe(effort);
  });

  it('a format is a strict JSON schema, also under its older name', () => {
    const schema = { type: 'object', properties: {} };
    const format = { type: 'json_schema', schema };
    const expected = { type: 'json_schema', json_schema: { name: 'output', strict: true, schema } };
    expect(chatOf({ output_config: { format } }).response_format).toEqual(expected);
    expect(chatOf({ output_format: format }).response_format).toEqual(expected);
  });

  it('a conversation that Anthropic would hold is refused, in the words that its SDKs understand', () => {
    for (const thread of [{ type: 'create' }, { type: 'continue', previous_message_id: 'msg_01' }]) {
      expect(refusal({ thread })).toMatchObject({
        status: 400,
        param: 'thread',
        details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
      });
    }
    expect(unsentOf({ thread: null })).toEqual([]);
  });

  it('that are unknown are named, unless they ask for nothing', () => {
    const fields = {
      context_management: { edits: [{ type: 'clear_thinking_20251015' }] },
      mcp_servers: [],
      container: null,
      speed: 'fast',
      cache_control: { type: 'ephemeral' },
      metadata: { user_id: 'u', team: 'x' },
      output_config: { task_budget: { total: 5 } },
    };
    expect(unsentOf(fields)).toEqual(['context_management', 'speed', 'metadata.team', 'output_config.task_budget']);
  });
});
