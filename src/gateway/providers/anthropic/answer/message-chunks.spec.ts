import type { ChatChunk } from '../../../openai/chat.types.js';
import { MessageChunks } from './message-chunks.js';

type Event = Record<string, unknown>;

const START: Event = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    model: 'claude-x-1',
    usage: { input_tokens: 10, cache_read_input_tokens: 2, output_tokens: 1 },
  },
};
const begin = (index: number, content_block: object): Event => ({ type: 'content_block_start', index, content_block });
const add = (index: number, delta: object): Event => ({ type: 'content_block_delta', index, delta });
const stop = (index: number): Event => ({ type: 'content_block_stop', index });
const text = (index: number, ...pieces: string[]): Event[] => [
  begin(index, { type: 'text', text: '' }),
  ...pieces.map((piece) => add(index, { type: 'text_delta', text: piece })),
  stop(index),
];
const use = (index: number, id: string, ...pieces: string[]): Event[] => [
  begin(index, { type: 'tool_use', id, name: 'f', input: {} }),
  ...pieces.map((partial_json) => add(index, { type: 'input_json_delta', partial_json })),
  stop(index),
];
const end = (stop_reason: string | null, more: object = {}): Event[] => [
  { type: 'message_delta', delta: { stop_reason, stop_sequence: null, ...more }, usage: { output_tokens: 20 } },
  { type: 'message_stop' },
];

function chunksOf(events: readonly Event[], names: object = {}): { chunks: ChatChunk[]; stream: MessageChunks } {
  const stream = new MessageChunks({ model: 'claude-x', created: 7, ...names });
  const chunks = events.flatMap((event) => stream.push(event));
  if (stream.isFinished) chunks.push(...stream.close());
  return { chunks, stream };
}

const deltasOf = (...events: Event[]) =>
  chunksOf(events).chunks.map(({ choices: [choice] }) => choice?.finish_reason ?? choice?.delta);

describe('a streamed message as chat chunks', () => {
  it('says role, text and end', () => {
    expect(deltasOf(START, { type: 'ping' }, ...text(0, 'He', 'llo'), ...end('end_turn'))).toEqual([
      { role: 'assistant', content: '' },
      { content: 'He' },
      { content: 'llo' },
      'stop',
    ]);
  });

  it('has one head, and its usage on the last chunk alone', () => {
    const { chunks, stream } = chunksOf([START, ...text(0, 'a'), ...end('end_turn')]);
    expect(new Set(chunks.map(({ id, model, created }) => `${id} ${model} ${created}`))).toEqual(
      new Set(['msg_1 claude-x-1 7']),
    );
    const usage = {
      prompt_tokens: 12,
      completion_tokens: 20,
      total_tokens: 32,
      prompt_tokens_details: { cached_tokens: 2 },
    };
    expect(chunks.map((chunk) => chunk.usage)).toEqual([...chunks.slice(1).map(() => undefined), usage]);
    expect([stream.usage, stream.finishReason]).toEqual([usage, 'stop']);
    expect(chunksOf([START, ...text(0, 'a')], { answerModel: 'mine' }).chunks[0]?.model).toBe('mine');
  });

  it('emits nothing before the first piece of answer', () => {
    expect(chunksOf([START, { type: 'ping' }, begin(0, { type: 'text', text: '' })]).chunks).toEqual([]);
  });

  it('has thoughts, and tells them whole once they are signed', () => {
    const thinking = [
      begin(0, { type: 'thinking', thinking: '', signature: '' }),
      add(0, { type: 'thinking_delta', thinking: 'h' }),
      add(0, { type: 'thinking_delta', thinking: 'm' }),
      add(0, { type: 'signature_delta', signature: 'si' }),
      add(0, { type: 'signature_delta', signature: 'g' }),
      stop(0),
    ];
    const details = { type: 'reasoning.text', text: 'hm', signature: 'sig', format: 'anthropic-claude-v1', index: 0 };
    expect(deltasOf(START, ...thinking, ...text(1, 'a'), ...end('end_turn'))).toEqual([
      { role: 'assistant', content: null },
      { reasoning: 'h', reasoning_content: 'h' },
      { reasoning: 'm', reasoning_content: 'm' },
      { reasoning_details: [details] },
      { content: 'a' },
      'stop',
    ]);
  });

  it('has calls with their index, and the empty object for one without arguments', () => {
    const events = [...text(0, 'a'), ...use(1, 't1', '', '{"a"', ':1}'), ...use(2, 't2', '')];
    expect(deltasOf(START, ...events, ...end('tool_use')).slice(2)).toEqual([
      { tool_calls: [{ index: 0, id: 't1', type: 'function', function: { name: 'f', arguments: '' } }] },
      { tool_calls: [{ index: 0, type: 'function', function: { arguments: '{"a"' } }] },
      { tool_calls: [{ index: 0, type: 'function', function: { arguments: ':1}' } }] },
      { tool_calls: [{ index: 1, id: 't2', type: 'function', function: { name: 'f', arguments: '' } }] },
      { tool_calls: [{ index: 1, type: 'function', function: { arguments: '{}' } }] },
      'tool_calls',
    ]);
  });

  it('keeps blocks apart that grow side by side', () => {
    const events = [
      begin(0, { type: 'tool_use', id: 't1', name: 'f', input: {} }),
      begin(1, { type: 'tool_use', id: 't2', name: 'g', input: {} }),
      add(0, { type: 'input_json_delta', partial_json: '{"a":' }),
      add(1, { type: 'input_json_delta', partial_json: '{"b":' }),
      add(0, { type: 'input_json_delta', partial_json: '1}' }),
      add(1, { type: 'input_json_delta', partial_json: '2}' }),
      stop(1),
      stop(0),
    ];
    const args = ['', ''];
    for (const { choices } of chunksOf([START, ...events, ...end('tool_use')]).chunks) {
      for (const call of choices[0]?.delta.tool_calls ?? []) args[call.index] += call.function.arguments ?? '';
    }
    expect(args).toEqual(['{"a":1}', '{"b":2}']);
  });

  it('takes input that a call begins with', () => {
    const [, , given] = deltasOf(START, begin(0, { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } }), stop(0));
    expect(given).toEqual({ tool_calls: [{ index: 0, type: 'function', function: { arguments: '{"a":1}' } }] });
  });

  it('refuses without a word', () => {
    const refusal = end('refusal', { stop_details: { explanation: 'No.' } });
    expect(deltasOf(START, ...refusal)).toEqual([
      { role: 'assistant', content: '' },
      { refusal: 'No.' },
      'content_filter',
    ]);
  });

  it('passes over blocks and events that a chat has no place for', () => {
    const events = [
      begin(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
      add(0, { type: 'input_json_delta', partial_json: '{"q":1}' }),
      stop(0),
      { type: 'something_new' },
    ];
    expect(deltasOf(START, ...events, ...text(1, 'a'), ...end('end_turn'))).toHaveLength(3);
  });

  it('is not whole before message_stop', () => {
    const [delta] = end('end_turn');
    expect(chunksOf([START, ...text(0, 'a'), ...(delta ? [delta] : [])]).stream.isFinished).toBe(false);
  });

  it.each([
    [{ type: 'message_start' }],
    [{ type: 'content_block_start', index: 0 }],
    [{ type: 'content_block_delta', index: 0, delta: null }],
    [{ type: 'content_block_delta', delta: {} }],
    [{ type: 'message_delta' }],
  ])('is refused when an event has lost its content: %j', (event) => {
    expect(() => chunksOf([event])).toThrow('lacks its content');
  });
});
