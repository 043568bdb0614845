import { readMessage } from './message-completion.js';

const NAMES = { model: 'claude-x', created: 7 };
const MESSAGE = {
  model: 'claude-x-1',
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'text', text: 'Hi' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 10, cache_creation_input_tokens: 3, cache_read_input_tokens: 5, output_tokens: 4 },
};

const read = (changes: object, names = {}) =>
  readMessage(JSON.stringify({ ...MESSAGE, ...changes }), { ...NAMES, ...names });

describe('a whole message as a chat completion', () => {
  it('has all that OpenAI’s has', () => {
    expect(read({})).toEqual({
      id: 'msg_1',
      object: 'chat.completion',
      created: 7,
      model: 'claude-x-1',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hi', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 18,
        completion_tokens: 4,
        total_tokens: 22,
        prompt_tokens_details: { cached_tokens: 5, cache_write_tokens: 3 },
      },
    });
  });

  it('says the caller’s own name of the model', () => {
    expect(read({}, { answerModel: 'mine' }).model).toBe('mine');
  });

  it('has thoughts, text and calls', () => {
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 's1' },
      { type: 'redacted_thinking', data: 'd' },
      { type: 'text', text: 'a' },
      { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
      { type: 'text', text: 'b' },
      { type: 'tool_use', id: 't1', name: 'f', input: { z: 1, a: [2] } },
      { type: 'tool_use', id: 't1', name: 'g', input: {} },
    ];
    const [choice] = read({ content, stop_reason: 'tool_use' }).choices;
    expect(choice?.finish_reason).toBe('tool_calls');
    expect(choice?.message).toMatchObject({
      content: 'ab',
      reasoning: 'hm',
      reasoning_content: 'hm',
      reasoning_details: [
        { type: 'reasoning.text', text: 'hm', signature: 's1', index: 0 },
        { type: 'reasoning.encrypted', data: 'd', index: 1 },
      ],
      tool_calls: [
        { id: 't1', type: 'function', function: { name: 'f', arguments: '{"z":1,"a":[2]}' } },
        { id: expect.stringMatching(/^call_/), function: { name: 'g', arguments: '{}' } },
      ],
    });
  });

  it('keeps the digits of numbers in arguments', () => {
    const text = JSON.stringify(MESSAGE).replace(
      '[{"type":"text","text":"Hi"}]',
      '[{"type":"tool_use","id":"t","name":"f","input":{"n":12345678901234567890}}]',
    );
    const [choice] = readMessage(text, NAMES).choices;
    expect(choice?.message.tool_calls?.[0]?.function.arguments).toBe('{"n":12345678901234567890}');
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['refusal', 'content_filter'],
    ['something_new', 'stop'],
    [null, 'stop'],
  ])('ends by %s as %s', (stop_reason, finish) => {
    expect(read({ stop_reason }).choices[0]?.finish_reason).toBe(finish);
  });

  it('says why it refuses', () => {
    const { message } =
      read({ content: [], stop_reason: 'refusal', stop_details: { explanation: 'No.' } }).choices[0] ?? {};
    expect(message).toEqual({ role: 'assistant', content: null, refusal: 'No.' });
  });

  it('counts thoughts where they were counted, and invents no counts', () => {
    const usage = { input_tokens: 1, output_tokens: 9, output_tokens_details: { thinking_tokens: 6 } };
    expect(read({ usage }).usage?.completion_tokens_details).toEqual({ reasoning_tokens: 6 });
    expect(read({ usage: { input_tokens: 1 } }).usage).toBeUndefined();
  });

  it.each(['', '[]', '{"type":"message"}', '<html>'])('is refused when it is none: %s', (text) => {
    expect(() => readMessage(text, NAMES)).toThrow('not a message');
  });
});
