import type { AssistantMessage, ChatCompletion, FinishReason } from '../openai/chat.types.js';
import { FakeResponseIds } from './fake-response-ids.js';
import { fromChat } from './from-chat.js';
import { ResponseIds } from './response-ids.js';
import type { ResponseObject } from './response-object.types.js';
import type { InputItem, ResponsesRequest } from './responses.types.js';
import { toChat } from './to-chat.js';

/** Every key that the Open Responses schema requires, in the order in which they are sent. */
const KEYS =
  'id object created_at completed_at status background error incomplete_details instructions max_output_tokens max_tool_calls model output parallel_tool_calls previous_response_id prompt_cache_key reasoning safety_identifier service_tier store temperature text tool_choice tools top_logprobs top_p presence_penalty frequency_penalty truncation usage user metadata'.split(
    ' ',
  );

function answer(
  message: Partial<AssistantMessage>,
  finish: FinishReason = 'stop',
  fields: Partial<ResponsesRequest> = {},
  more: Partial<ChatCompletion> = {},
): ResponseObject {
  const completion: ChatCompletion = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1780179233,
    model: 'gpt-oss-120b',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: null, ...message },
        logprobs: null,
        finish_reason: finish,
      },
    ],
    ...more,
  };
  return fromChat(completion, { model: 'gpt-oss-120b', input: 'Hi', ...fields }, new FakeResponseIds());
}

const call = (id: string, name = 'f', args = '{}') => ({
  id,
  type: 'function' as const,
  function: { name, arguments: args },
});

describe('a whole response', () => {
  it('has every key of the specification, whatever was asked', () => {
    expect(Object.keys(answer({ content: 'Hi' }))).toEqual(KEYS);
    expect(Object.keys(answer({ content: 'Hi' }, 'length', { tools: null, text: null, metadata: { a: 'b' } }))).toEqual(
      KEYS,
    );
  });

  it('repeats what was in force', () => {
    const asked = {
      instructions: 'Be brief.',
      max_output_tokens: 100,
      max_tool_calls: 3,
      parallel_tool_calls: false,
      prompt_cache_key: 'k',
      reasoning: { effort: 'low', generate_summary: 'auto' },
      safety_identifier: 's',
      temperature: 0,
      top_p: 0,
      top_logprobs: 2,
      presence_penalty: 0.5,
      frequency_penalty: -0.5,
      tool_choice: { type: 'function', name: 'f' },
      tools: [{ type: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: false }],
      text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' } } },
      user: 'u',
      metadata: { a: 'b' },
    };
    expect(answer({ content: '{}' }, 'stop', asked)).toMatchObject({
      ...asked,
      reasoning: { effort: 'low', summary: 'auto' },
      text: {
        format: { type: 'json_schema', name: 'n', description: null, schema: { type: 'object' }, strict: false },
      },
    });
  });

  it('says what is the case here where the caller asked for something else', () => {
    expect(answer({ content: 'Hi' }, 'stop', { truncation: 'auto', service_tier: 'priority' })).toMatchObject({
      store: false,
      background: false,
      truncation: 'disabled',
      previous_response_id: null,
      service_tier: 'default',
    });
  });

  it('keeps the ids of calls, but not a duplicate or an empty one', () => {
    const { output } = answer({ tool_calls: [call('a1'), call('a1'), call('')] }, 'tool_calls');
    expect(output.map((item) => item.type === 'function_call' && item.call_id)).toEqual(['a1', 'call_01', 'call_02']);
    expect(new Set(output.map(({ id }) => id)).size).toBe(3);
  });

  it('never touches the text of the arguments', () => {
    const text = '{ "n": 12345678901234567890 }\n';
    expect(answer({ tool_calls: [call('a1', 'f', text)] }, 'tool_calls').output).toMatchObject([{ arguments: text }]);
  });

  it('marks the cut item, and every call that was cut', () => {
    const { output, status } = answer(
      { content: 'x', tool_calls: [call('a1', 'f', '{"a'), call('b2', 'g', '{"b')] },
      'length',
    );
    expect(status).toBe('incomplete');
    expect(output.map((item) => item.status)).toEqual(['completed', 'incomplete', 'incomplete']);
  });

  it('is completed with one empty message when the model said nothing', () => {
    expect(answer({ content: '' })).toMatchObject({
      status: 'completed',
      output: [{ type: 'message', status: 'completed', content: [{ type: 'output_text', text: '' }] }],
    });
    expect(answer({}, 'length').output).toMatchObject([{ type: 'message', status: 'incomplete' }]);
  });

  it('keeps the text and drops the calls that repeat it when JSON was asked for', () => {
    const message = { content: '{"a":1}', tool_calls: [call('a1')] };
    expect(answer(message, 'tool_calls', { text: { format: { type: 'json_object' } } }).output).toHaveLength(1);
    expect(answer(message, 'tool_calls').output).toHaveLength(2);
  });

  it('has no usage, rather than an invented one, when the upstream gave none', () => {
    expect(answer({ content: 'Hi' }).usage).toBeNull();
    const usage = {
      prompt_tokens: 9,
      completion_tokens: 4,
      total_tokens: 13,
      prompt_tokens_details: { cached_tokens: 8 },
    };
    expect(answer({ content: 'Hi' }, 'stop', {}, { usage }).usage).toEqual({
      input_tokens: 9,
      input_tokens_details: { cached_tokens: 8, cache_write_tokens: 0 },
      output_tokens: 4,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 13,
    });
  });

  it('is an upstream failure when there is no choice', () => {
    expect(() => answer({}, 'stop', {}, { choices: [] })).toThrow(
      expect.objectContaining({ code: 'upstream_invalid_response', status: 502 }),
    );
  });

  it('gives the model its turn back when all of its output is sent again', () => {
    const message = {
      content: 'Let me see.',
      reasoning: 'I need f.',
      tool_calls: [call('a1'), call('b2', 'g', '{"x": 1}')],
    };
    const { output } = answer(message, 'tool_calls', { include: ['reasoning.encrypted_content'] });
    const results = ['a1', 'b2'].map((id) => ({ type: 'function_call_output', call_id: id, output: id }));
    const replayed = JSON.parse(JSON.stringify(output)) as InputItem[];
    const input = [...replayed, ...results.toReversed()];
    expect(toChat({ model: 'gpt-oss-120b', input }).chat.messages).toEqual([
      { role: 'assistant', ...message },
      { role: 'tool', tool_call_id: 'a1', content: 'a1' },
      { role: 'tool', tool_call_id: 'b2', content: 'b2' },
    ]);
  });
});

describe('ids of a response', () => {
  it('are a prefix with 48 hex digits, never the same twice', () => {
    const ids = new ResponseIds();
    expect(ids.response()).toMatch(/^resp_[\da-f]{48}$/);
    expect(ids.message()).toMatch(/^msg_[\da-f]{48}$/);
    expect(ids.functionCall()).toMatch(/^fc_[\da-f]{48}$/);
    expect(ids.reasoning()).toMatch(/^rs_[\da-f]{48}$/);
    expect(ids.call()).toMatch(/^call_[\da-f]{24}$/);
    expect(ids.message()).not.toBe(ids.message());
  });
});
