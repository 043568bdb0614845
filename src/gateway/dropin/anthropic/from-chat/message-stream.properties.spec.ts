import * as fc from 'fast-check';
import type { InputMessage, MessagesEvent, OutputBlock } from '../../../anthropic/messages.types.js';
import type { AssistantMessage, ChatChunk, ChatDelta, FinishReason } from '../../../openai/chat.types.js';
import { eventFrames } from '../message-frames.js';
import { messagesToChat } from '../to-chat/messages-to-chat.js';
import type { AnswerOptions } from './answer-options.js';
import { chatToMessage, messageText } from './chat-to-message.js';
import { MessageStream } from './message-stream.js';

const OPTIONS: AnswerOptions = { id: 'msg_01', model: 'm', thinking: 'shown', stops: [], promptTokens: () => 1 };

type Piece = { kind: 'text' | 'thinking'; text: string } | { kind: 'call'; call: number };

interface Script {
  /** The order in which pieces come; a call's arguments are cut into as many as it has steps here. */
  pieces: Piece[];
  calls: string[];
  /** How many chunks come in one batch. */
  batch: number;
  finish: FinishReason;
}

const unit = fc.string({ unit: 'binary', maxLength: 6 });
const args = fc
  .dictionary(fc.string({ unit: 'binary', maxLength: 4 }), fc.jsonValue({ maxDepth: 2, stringUnit: 'binary' }), {
    maxKeys: 3,
  })
  .map((value) => JSON.stringify(value));

const script: fc.Arbitrary<Script> = fc.record({
  pieces: fc.array(
    fc.oneof(
      fc.record({ kind: fc.constantFrom('text', 'thinking'), text: unit }),
      fc.record({ kind: fc.constant('call' as const), call: fc.nat(3) }),
    ),
    { maxLength: 30 },
  ),
  calls: fc.array(fc.oneof({ weight: 4, arbitrary: args }, fc.constant('')), { minLength: 4, maxLength: 4 }),
  batch: fc.integer({ min: 1, max: 4 }),
  finish: fc.constantFrom<FinishReason>('stop', 'length', 'tool_calls', 'content_filter'),
});

function chunk(delta: ChatDelta, finish: FinishReason | null = null): ChatChunk {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices };
}

function chunksOf({ pieces, calls, finish }: Script): ChatChunk[] {
  const sent = new Map<number, number>();
  const chunks = pieces.map((piece) => {
    if ('text' in piece) return chunk(piece.kind === 'text' ? { content: piece.text } : { reasoning: piece.text });
    const { call } = piece;
    const count = pieces.filter((other) => 'call' in other && other.call === call).length;
    const position = sent.get(call) ?? 0;
    sent.set(call, position + 1);
    const whole = calls[call] ?? '';
    const size = Math.ceil(whole.length / count);
    const fragment = whole.slice(position * size, (position + 1) * size);
    const head = position === 0 ? { id: `call_${call}`, type: 'function' as const } : {};
    const name = position === 0 ? { name: `f${call}` } : {};
    return chunk({ tool_calls: [{ index: call, ...head, function: { ...name, arguments: fragment } }] });
  });
  return [chunk({ role: 'assistant', content: '' }), ...chunks, chunk({}, finish)];
}

function eventsOf(given: Script): MessagesEvent[] {
  const stream = new MessageStream(OPTIONS);
  const chunks = chunksOf(given);
  const events: MessagesEvent[] = [];
  for (let at = 0; at < chunks.length; at += given.batch)
    events.push(...stream.push(chunks.slice(at, at + given.batch)));
  return [...events, ...stream.complete()];
}

interface Read {
  type: string;
  id?: string;
  text: string;
}

/** What a client makes of the events; throws where a client would. */
function read(events: readonly MessagesEvent[]): Read[] {
  const blocks: Read[] = [];
  let isOpen = false;
  for (const event of events) {
    if (!('index' in event)) continue;
    const begins = event.type === 'content_block_start';
    if (begins === isOpen || event.index !== blocks.length - (begins ? 0 : 1)) throw new Error('a block out of turn');
    if (event.type === 'content_block_start') blocks.push(begun(event.content_block));
    else if (event.type === 'content_block_delta') Object.assign(blocks.at(-1) ?? {}, added(blocks.at(-1), event));
    isOpen = event.type !== 'content_block_stop';
  }
  if (isOpen) throw new Error('a block is not closed');
  return blocks;
}

function begun(block: OutputBlock): Read {
  return { type: block.type, text: '', ...(block.type === 'tool_use' && { id: block.id }) };
}

function added(block: Read | undefined, { delta }: Extract<MessagesEvent, { type: 'content_block_delta' }>) {
  return { text: (block?.text ?? '') + textOf(delta) };
}

function textOf(delta: Extract<MessagesEvent, { type: 'content_block_delta' }>['delta']): string {
  switch (delta.type) {
    case 'text_delta':
      return delta.text;
    case 'thinking_delta':
      return delta.thinking;
    case 'input_json_delta':
      return delta.partial_json;
    default:
      return '';
  }
}

const joined = (blocks: readonly Read[], type: string): string =>
  blocks.flatMap((block) => (block.type === type ? [block.text] : [])).join('');
const said = (given: Script, kind: string): string =>
  given.pieces.flatMap((piece) => (piece.kind === kind && 'text' in piece ? [piece.text] : [])).join('');

describe('any stream', () => {
  it('is one start, blocks one after the other, one delta and one stop, in this order', () => {
    fc.assert(
      fc.property(script, (given) => {
        const types = eventsOf(given).map(({ type }) => type);
        expect(types.slice(0, 2)).toEqual(['message_start', 'ping']);
        expect(types.slice(-2)).toEqual(['message_delta', 'message_stop']);
        const between = types.slice(2, -2);
        expect(between.every((type) => type.startsWith('content_block'))).toBe(true);
        expect(between[0]).toBe('content_block_start');
      }),
    );
  });

  it('#92 says all that the upstream said, each call by itself', () => {
    fc.assert(
      fc.property(script, (given) => {
        const blocks = read(eventsOf(given));
        expect(joined(blocks, 'text')).toBe(said(given, 'text'));
        expect(joined(blocks, 'thinking')).toBe(said(given, 'thinking'));
        const called = [...new Set(given.pieces.flatMap((piece) => (piece.kind === 'call' ? [piece.call] : [])))];
        const tools = blocks.filter(({ type }) => type === 'tool_use');
        expect(tools.map(({ id, text }) => [id, text])).toEqual(
          called.map((call) => [`call_${call}`, given.calls[call] || '{}']),
        );
      }),
    );
  });

  it('never has half a character in an event', () => {
    fc.assert(
      fc.property(script, (given) => {
        // Cut anywhere, also inside a pair.
        const text = said(given, 'text') + '😀é';
        const halves = Array.from({ length: text.length }, (_, i) => text.charAt(i));
        const stream = new MessageStream(OPTIONS);
        const events = halves.flatMap((half) => stream.push([chunk({ content: half })]));
        const frames = eventFrames([...events, ...stream.complete()]);
        expect(frames.isWellFormed()).toBe(true);
        expect(frames).not.toMatch(/\\ud[89ab]/i);
      }),
    );
  });
});

describe('chat → Messages → chat', () => {
  const message = fc.record({
    content: unit,
    reasoning: unit,
    calls: fc.array(args, { maxLength: 3 }),
  });

  it('keeps what both can say', () => {
    fc.assert(
      fc.property(message, ({ content, reasoning, calls }) => {
        const tool_calls = calls.map((text, i) => ({
          id: `call_${i}`,
          type: 'function' as const,
          function: { name: `f${i}`, arguments: text },
        }));
        const given: AssistantMessage = { role: 'assistant', content, refusal: null, reasoning, tool_calls };
        const choice = { index: 0, message: given, logprobs: null, finish_reason: 'stop' as const };
        const answer = chatToMessage(
          { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [choice] },
          OPTIONS,
        );
        const sentBack = JSON.parse(messageText(answer)) as InputMessage;
        const messages: InputMessage[] = [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: sentBack.content },
        ];
        const { chat } = messagesToChat({ model: 'm', max_tokens: 1, messages });
        expect(chat.messages[1] ?? { role: 'assistant', content: '' }).toEqual({
          role: 'assistant',
          ...((content !== '' || calls.length === 0) && { content }),
          ...(reasoning !== '' && { reasoning }),
          ...(calls.length > 0 && {
            tool_calls: tool_calls.map((call) => ({
              ...call,
              function: { ...call.function, arguments: JSON.stringify(JSON.parse(call.function.arguments)) },
            })),
          }),
        });
      }),
    );
  });
});
