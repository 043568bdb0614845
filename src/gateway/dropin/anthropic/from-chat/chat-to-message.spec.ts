import type { AssistantMessage, ChatCompletion, FinishReason, Usage } from '../../../openai/chat.types.js';
import type { AnswerOptions } from './answer-options.js';
import { chatToMessage, messageText } from './chat-to-message.js';

const OPTIONS: AnswerOptions = {
  id: 'msg_01',
  model: 'claude-3-5-sonnet-20241022',
  thinking: 'shown',
  stops: [],
  promptTokens: () => 99,
};
const USAGE: Usage = {
  prompt_tokens: 322,
  completion_tokens: 65,
  total_tokens: 387,
  prompt_tokens_details: { cached_tokens: 256 },
  completion_tokens_details: { reasoning_tokens: 58 },
};

function completion(
  message: Partial<AssistantMessage>,
  finish_reason: FinishReason = 'stop',
  usage: Usage | undefined = USAGE,
): ChatCompletion {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-oss-120b',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: null, ...message },
        logprobs: null,
        finish_reason,
      },
    ],
    usage,
  };
}

const call = (id: string, args: string) => ({
  id,
  type: 'function' as const,
  function: { name: 'get_weather', arguments: args },
});
const answer = (given: ChatCompletion, options: Partial<AnswerOptions> = {}): Record<string, unknown> =>
  JSON.parse(messageText(chatToMessage(given, { ...OPTIONS, ...options })));

describe('a whole answer', () => {
  it('has the thoughts first, signed, then the text, then the calls', () => {
    const message = { reasoning: 'hm', content: 'Hi', tool_calls: [call('85e4fd267', '{"city": "Paris"}')] };
    expect(answer(completion(message, 'tool_calls'))).toEqual({
      id: 'msg_01',
      type: 'message',
      role: 'assistant',
      model: 'claude-3-5-sonnet-20241022',
      content: [
        { type: 'thinking', thinking: 'hm', signature: expect.stringMatching(/./) },
        { type: 'text', text: 'Hi' },
        { type: 'tool_use', id: '85e4fd267', name: 'get_weather', input: { city: 'Paris' } },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: {
        input_tokens: 66,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 256,
        output_tokens: 65,
        output_tokens_details: { thinking_tokens: 58 },
      },
    });
  });

  it('has no empty text beside calls, and one where there is nothing at all', () => {
    const called = answer(completion({ content: '', tool_calls: [call('a', '{}')] }, 'tool_calls'));
    expect(called.content).toEqual([{ type: 'tool_use', id: 'a', name: 'get_weather', input: {} }]);
    expect(answer(completion({})).content).toEqual([{ type: 'text', text: '' }]);
  });

  it('keeps the model’s own words of an input: order, digits, spaces', () => {
    const args = '{"b": 1.50, "2": 12345678901234567890,  "1":"\\u00e4"}';
    const text = messageText(chatToMessage(completion({ tool_calls: [call('a', args)] }), OPTIONS));
    expect(text).toContain(`"input":${args}}`);
    expect(() => JSON.parse(text)).not.toThrow();
  });

  it.each([
    ['', {}],
    ['  ', {}],
    ['{"a":', { _raw: '{"a":' }],
    ['[1]', { _raw: '[1]' }],
    ['"x"', { _raw: '"x"' }],
  ])('shows arguments %j as %j', (args, input) => {
    expect(answer(completion({ tool_calls: [call('a', args)] })).content).toMatchObject([{ input }]);
  });

  it('has ids that Anthropic takes back, each once', () => {
    const calls = [call('functions.f:0', '{}'), call('functions_f:0', '{}'), call('', '{}')];
    const { content } = chatToMessage(completion({ tool_calls: calls }), OPTIONS);
    expect(content.map((block) => 'id' in block && block.id)).toEqual(['functions_f_0', 'functions_f_0_2', 'toolu']);
  });

  it.each<[FinishReason, Partial<AssistantMessage>, string]>([
    ['stop', { content: 'x' }, 'end_turn'],
    ['length', { content: 'x' }, 'max_tokens'],
    ['tool_calls', { tool_calls: [call('a', '{}')] }, 'tool_use'],
    ['stop', { tool_calls: [call('a', '{}')] }, 'tool_use'],
    ['tool_calls', { content: 'x' }, 'end_turn'],
    ['length', { tool_calls: [call('a', '{')] }, 'max_tokens'],
    ['content_filter', { content: 'x' }, 'refusal'],
    ['stop', { refusal: 'No.' }, 'refusal'],
  ])('#98 finish %s is a stop reason', (finish, message, reason) => {
    expect(answer(completion(message, finish))).toMatchObject({ stop_reason: reason, stop_sequence: null });
  });

  it('has a refusal as text', () => {
    expect(answer(completion({ refusal: 'No.' })).content).toEqual([{ type: 'text', text: 'No.' }]);
  });

  it('ends at a stop sequence that the upstream was not told', () => {
    const given = completion({ content: 'one two three', tool_calls: [call('a', '{}')] }, 'tool_calls');
    expect(answer(given, { stops: ['three', ' two'] })).toMatchObject({
      content: [{ type: 'text', text: 'one' }],
      stop_reason: 'stop_sequence',
      stop_sequence: ' two',
    });
  });

  it('hides or empties the thoughts where the caller wants that', () => {
    const given = completion({ reasoning: 'hm', content: 'Hi' });
    expect(answer(given, { thinking: 'hidden' }).content).toEqual([{ type: 'text', text: 'Hi' }]);
    expect(answer(given, { thinking: 'omitted' }).content).toMatchObject([{ type: 'thinking', thinking: '' }, {}]);
  });

  it('counts what a cache took apart', () => {
    const details = { cached_tokens: 100, cache_write_tokens: 200 };
    const given = completion({ content: 'x' }, 'stop', { ...USAGE, prompt_tokens_details: details });
    expect(answer(given).usage).toMatchObject({
      input_tokens: 22,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 200,
    });
  });

  it('says that its counts are estimates when the upstream gave none', () => {
    const given = { ...completion({ content: 'x'.repeat(40) }), usage: undefined };
    expect(answer(given).usage).toMatchObject({ input_tokens: 99, output_tokens: 10, asbru_estimated: true });
    expect(answer(completion({ content: 'x' })).usage).not.toHaveProperty('asbru_estimated');
  });
});
