import type { MessagesEvent } from '../../../anthropic/messages.types.js';
import type { ChatChunk, ChatDelta, FinishReason, Usage } from '../../../openai/chat.types.js';
import type { AnswerOptions } from './answer-options.js';
import { MessageStream } from './message-stream.js';

const OPTIONS: AnswerOptions = {
  id: 'msg_01',
  model: 'gpt-oss-120b',
  thinking: 'shown',
  stops: [],
  promptTokens: () => 80,
};
const USAGE: Usage = { prompt_tokens: 80, completion_tokens: 42, total_tokens: 122 };
const COUNTS = { input_tokens: 80, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };

function chunk(delta: ChatDelta, finish: FinishReason | null = null, usage?: Usage): ChatChunk {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-oss-120b',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...(usage && { usage }),
  };
}

const begin = (index: number, id: string, name = 'f', args = ''): ChatChunk =>
  chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: args } }] });
const more = (index: number, args: string): ChatChunk =>
  chunk({ tool_calls: [{ index, function: { arguments: args } }] });

/** One batch for each chunk, then the end. */
function run(chunks: readonly ChatChunk[], options: Partial<AnswerOptions> = {}): MessagesEvent[] {
  const stream = new MessageStream({ ...OPTIONS, ...options });
  return [...chunks.flatMap((piece) => stream.push([piece])), ...stream.complete()];
}

/** The events without the frame around the blocks. */
const blocks = (events: MessagesEvent[]): MessagesEvent[] =>
  events.filter(({ type }) => type.startsWith('content_block'));
const ending = (events: MessagesEvent[]): MessagesEvent | undefined =>
  events.find(({ type }) => type === 'message_delta');

const start = (index: number, content_block: Record<string, unknown>) => ({
  type: 'content_block_start',
  index,
  content_block,
});
const delta = (index: number, value: Record<string, unknown>) => ({ type: 'content_block_delta', index, delta: value });
const stop = (index: number) => ({ type: 'content_block_stop', index });
const json = (index: number, partial_json: string) => delta(index, { type: 'input_json_delta', partial_json });
const say = (index: number, text: string) => delta(index, { type: 'text_delta', text });
const toolStart = (index: number, id: string, name = 'f') => start(index, { type: 'tool_use', id, name, input: {} });

describe('a stream', () => {
  it('#91 of thoughts, text and a call is the list of wire.md 4.4', () => {
    const events = run([
      chunk({ role: 'assistant', content: '' }),
      chunk({ reasoning: 'hm', reasoning_content: 'hm' }),
      chunk({ content: 'Hi' }),
      begin(0, 'toolu_1'),
      more(0, '{"a":1}'),
      chunk({}, 'tool_calls', USAGE),
    ]);
    expect(events).toEqual([
      {
        type: 'message_start',
        message: {
          id: 'msg_01',
          type: 'message',
          role: 'assistant',
          model: 'gpt-oss-120b',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { ...COUNTS, output_tokens: 1 },
        },
      },
      { type: 'ping' },
      start(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'hm' }),
      delta(0, { type: 'signature_delta', signature: expect.stringMatching(/./) }),
      stop(0),
      start(1, { type: 'text', text: '' }),
      say(1, 'Hi'),
      stop(1),
      toolStart(2, 'toolu_1'),
      json(2, ''),
      json(2, '{"a":1}'),
      stop(2),
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: { ...COUNTS, output_tokens: 42 },
      },
      { type: 'message_stop' },
    ]);
  });

  it('#92 parts calls whose pieces come mixed: the later ones wait', () => {
    const events = run([
      begin(0, 'a', 'f', '{"x":'),
      begin(1, 'b', 'g'),
      more(1, '{"y"'),
      more(0, '1}'),
      more(1, ':2}'),
      chunk({}, 'tool_calls'),
    ]);
    expect(blocks(events)).toEqual(
      [
        [toolStart(0, 'a'), json(0, ''), json(0, '{"x":'), json(0, '1}'), stop(0)],
        [toolStart(1, 'b', 'g'), json(1, ''), json(1, '{"y"'), json(1, ':2}'), stop(1)],
      ].flat(),
    );
  });

  it('#92 goes on with the next call as soon as the one before is whole', () => {
    const stream = new MessageStream(OPTIONS);
    stream.push([begin(0, 'a', 'f', '{"x":"}{"}')]);
    expect(stream.push([begin(1, 'b', 'g', '{')])).toEqual([
      stop(0),
      toolStart(1, 'b', 'g'),
      json(1, ''),
      json(1, '{'),
    ]);
  });

  it('#92 has an empty object for a call without arguments', () => {
    const events = run([begin(0, 'a'), begin(1, 'b'), chunk({}, 'tool_calls')]);
    expect(blocks(events)).toEqual(
      [
        [toolStart(0, 'a'), json(0, ''), json(0, '{}'), stop(0)],
        [toolStart(1, 'b'), json(1, ''), json(1, '{}'), stop(1)],
      ].flat(),
    );
  });

  it('puts text that comes in the middle of a call behind it', () => {
    const events = run([begin(0, 'a', 'f', '{'), chunk({ content: 'so' }), more(0, '}'), chunk({ content: '…' })]);
    expect(blocks(events)).toEqual(
      [
        [toolStart(0, 'a'), json(0, ''), json(0, '{'), json(0, '}'), stop(0)],
        [start(1, { type: 'text', text: '' }), say(1, 'so'), say(1, '…'), stop(1)],
      ].flat(),
    );
  });

  it('fails when a call that was whole goes on', () => {
    const stream = new MessageStream(OPTIONS);
    stream.push([begin(0, 'a', 'f', '{}'), begin(1, 'b')]);
    expect(() => stream.push([more(0, 'x')])).toThrow('went on');
  });

  it('#93 begins with an estimate and ends with the counts, cached ones apart', () => {
    const usage = { ...USAGE, prompt_tokens: 322, prompt_tokens_details: { cached_tokens: 256 } };
    const events = run([chunk({ content: 'x' }), chunk({}, 'stop'), { ...chunk({}), choices: [], usage }]);
    expect(events[0]).toMatchObject({ message: { usage: { input_tokens: 80 } } });
    expect(ending(events)).toMatchObject({
      usage: { input_tokens: 66, cache_read_input_tokens: 256, cache_creation_input_tokens: 0, output_tokens: 42 },
    });
  });

  it('#93 begins with the counts where they are there already', () => {
    const stream = new MessageStream({ ...OPTIONS, promptTokens: () => 1 });
    const [first] = stream.push([chunk({ content: 'x' }), chunk({}, 'stop', USAGE)]);
    expect(first).toMatchObject({ message: { usage: { input_tokens: 80, output_tokens: 1 } } });
  });

  it('#93 says that its counts are estimates when there were none', () => {
    const events = run([chunk({ content: 'x'.repeat(41) }), chunk({}, 'stop')]);
    expect(ending(events)).toMatchObject({ usage: { input_tokens: 80, output_tokens: 11, asbru_estimated: true } });
  });

  it.each<[FinishReason, ChatChunk, string]>([
    ['stop', chunk({ content: 'x' }), 'end_turn'],
    ['length', chunk({ content: 'x' }), 'max_tokens'],
    ['content_filter', chunk({ content: 'x' }), 'refusal'],
    ['stop', chunk({ refusal: 'No.' }), 'refusal'],
    ['stop', begin(0, 'a'), 'tool_use'],
    ['tool_calls', chunk({ content: 'x' }), 'end_turn'],
  ])('#98 finish %s is a stop reason', (finish, piece, reason) => {
    expect(ending(run([piece, chunk({}, finish)]))).toMatchObject({ delta: { stop_reason: reason } });
  });

  it('has an empty text block when the model said nothing', () => {
    expect(blocks(run([chunk({ role: 'assistant', content: '' }), chunk({}, 'stop')]))).toEqual([
      start(0, { type: 'text', text: '' }),
      stop(0),
    ]);
  });

  it('ends its text at a stop sequence that the upstream was not told, however it is cut', () => {
    const pieces = ['one <', 'st', 'op> two', ' three'].map((content) => chunk({ content }));
    const events = run([...pieces, begin(0, 'a', 'f', '{}'), chunk({}, 'tool_calls', USAGE)], { stops: ['<stop>'] });
    expect(blocks(events)).toEqual([start(0, { type: 'text', text: '' }), say(0, 'one '), stop(0)]);
    expect(ending(events)).toMatchObject({
      delta: { stop_reason: 'stop_sequence', stop_sequence: '<stop>' },
      usage: { output_tokens: 42 },
    });
  });

  it('gives back what only looked like a stop sequence', () => {
    const events = run([chunk({ content: 'a <' }), chunk({ content: 'b <' }), begin(0, 'x')], { stops: ['<stop>'] });
    const texts = blocks(events).flatMap((event) =>
      event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? [event.delta.text] : [],
    );
    expect(texts.join('')).toBe('a <b <');
  });

  it('joins the halves of a character', () => {
    const events = run([chunk({ content: 'a\ud83d' }), chunk({ content: '\ude00b' }), chunk({}, 'stop')]);
    expect(blocks(events).slice(1, -1)).toEqual([say(0, 'a'), say(0, '\ud83d\ude00b')]);
  });

  it('hides or empties thoughts where the caller wants that', () => {
    const chunks = [chunk({ reasoning: 'hm' }), chunk({ content: 'Hi' }), chunk({}, 'stop')];
    expect(blocks(run(chunks, { thinking: 'hidden' }))).toHaveLength(3);
    expect(blocks(run(chunks, { thinking: 'omitted' })).slice(0, 3)).toEqual([
      start(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'signature_delta', signature: expect.stringMatching(/./) }),
      stop(0),
    ]);
  });

  it('ignores other choices and what follows the finish reason', () => {
    const other = { ...chunk({}), choices: [{ index: 1, delta: { content: 'no' }, finish_reason: null }] };
    const events = run([chunk({ content: 'yes' }), other, chunk({}, 'stop'), chunk({ content: 'late' })]);
    expect(blocks(events)).toEqual([start(0, { type: 'text', text: '' }), say(0, 'yes'), stop(0)]);
  });
});
