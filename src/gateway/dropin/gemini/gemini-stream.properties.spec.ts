import * as fc from 'fast-check';
import type { ChatChunk, ChatDelta, FinishReason } from '../../openai/chat.types.js';
import { AnswerText } from './answer-text.js';
import type { AnswerShape } from './conversion.types.js';
import { fromChat } from './from-chat.js';
import { GeminiArrayFrames, GeminiSseFrames } from './gemini-frames.js';
import { GeminiStream } from './stream-from-chat.js';

const SHAPE: AnswerShape = { includeThoughts: true, unwrap: 'no', moreStops: [] };

interface Answer {
  reasoning: string;
  content: string;
  calls: Array<{ id: string; name: string; arguments: string }>;
  finish: FinishReason;
}

const args = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })).map((value) => JSON.stringify(value));
const answers: fc.Arbitrary<Answer> = fc.record({
  reasoning: fc.string({ unit: 'grapheme' }),
  content: fc.string({ unit: 'grapheme' }),
  calls: fc
    .array(fc.record({ name: fc.constantFrom('a', 'b'), arguments: args }), { maxLength: 4 })
    .map((calls) => calls.map((call, i) => ({ ...call, id: `id${i}` }))),
  finish: fc.constantFrom<FinishReason>('stop', 'length', 'content_filter'),
});

/** Cuts a text at some places, surrogate pairs included. */
const cut = (text: string, places: readonly number[]): string[] => {
  const at = [...new Set(places.map((place) => place % (text.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...at].map((from, i) => text.slice(from, at[i] ?? text.length)).filter((piece) => piece !== '');
};

function chunk(delta: ChatDelta, finish: FinishReason | null = null): ChatChunk {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices };
}

/** The answer in chunks: thoughts, text, and then the calls' pieces in any mixture. */
function chunksOf(answer: Answer, places: readonly number[], order: readonly number[]): ChatChunk[] {
  const queues = answer.calls.map(({ id, name, arguments: text }, index) => [
    { index, id, type: 'function' as const, function: { name, arguments: '' } },
    ...cut(text, places).map((piece) => ({ index, type: 'function' as const, function: { arguments: piece } })),
  ]);
  const mixed: ChatChunk[] = [];
  // A call begins before the next: that is what chat promises; after that anything goes.
  for (const queue of queues) mixed.push(chunk({ tool_calls: queue.splice(0, 1) }));
  for (let i = 0; queues.some((queue) => queue.length > 0); i++) {
    const filled = queues.filter((queue) => queue.length > 0);
    const queue = filled[(order[i % Math.max(1, order.length)] ?? 0) % filled.length];
    if (queue) mixed.push(chunk({ tool_calls: queue.splice(0, 1) }));
  }
  return [
    chunk({ role: 'assistant', content: '' }),
    ...cut(answer.reasoning, places).map((reasoning) => chunk({ reasoning })),
    ...cut(answer.content, places).map((content) => chunk({ content })),
    ...mixed,
    chunk({}, answer.finish),
  ];
}

describe('A chat stream as generateContent’s', () => {
  it('says together what the whole answer says, however its pieces are cut and mixed', () => {
    fc.assert(
      fc.property(answers, fc.array(fc.nat(200)), fc.array(fc.nat(9)), (answer, places, order) => {
        const stream = new GeminiStream('m', SHAPE);
        const pieces = [...chunksOf(answer, places, order).flatMap((each) => stream.push(each)), ...stream.end()];
        const parts = pieces.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
        const whole = fromChat(
          {
            id: 'chatcmpl-1',
            object: 'chat.completion',
            created: 1,
            model: 'm',
            choices: [
              {
                index: 0,
                message: {
                  role: 'assistant',
                  content: answer.content,
                  refusal: null,
                  reasoning: answer.reasoning,
                  tool_calls: answer.calls.map(({ id, ...called }) => ({ id, type: 'function', function: called })),
                },
                logprobs: null,
                finish_reason: answer.finish,
              },
            ],
          },
          'm',
          SHAPE,
        ).candidates?.[0];
        const said = (thought: boolean, from: typeof parts): string =>
          from.map((part) => ((part.thought ?? false) === thought ? (part.text ?? '') : '')).join('');
        const wholeParts = whole?.content?.parts ?? [];
        expect(said(true, parts)).toBe(said(true, wholeParts));
        expect(said(false, parts)).toBe(said(false, wholeParts));
        const callsOf = (from: typeof parts) => from.filter(({ functionCall }) => functionCall);
        expect(JSON.stringify(callsOf(parts))).toBe(JSON.stringify(callsOf(wholeParts)));
        // How it ended is on the last piece and on no other.
        const ends = pieces.map(({ candidates }) => candidates?.[0]?.finishReason);
        expect(ends).toEqual([...ends.slice(0, -1).map(() => undefined), whole?.finishReason]);
      }),
    );
  });

  it('is the same in both forms of a stream', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (texts) => {
        const pieces = texts.map((text) => ({ candidates: [{ content: { parts: [{ text }] } }] }));
        const events = new GeminiSseFrames();
        const array = new GeminiArrayFrames();
        const relayed = new GeminiArrayFrames();
        const frames = pieces.map((piece) => events.pieces([piece]));
        const written = pieces.map((piece) => array.pieces([piece])).join('') + array.end();
        const fromFrames = frames.map((frame) => relayed.pieces([frame])).join('') + relayed.end();
        expect(JSON.parse(written)).toEqual(pieces);
        expect(fromFrames).toBe(written);
      }),
    );
  });
});

describe('The text of an answer', () => {
  const push = (shape: Partial<AnswerShape>, pieces: readonly string[]): string => {
    const text = new AnswerText({ ...SHAPE, ...shape });
    return pieces.map((piece) => text.push(piece)).join('') + text.end();
  };

  it('is the value of the wrapper, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.nat(60)), fc.constantFrom('', ' ', '\n  '), (value, places, space) => {
        const json = `{${space}"value"${space}:${space}${JSON.stringify(value)}${space}}`;
        // JSON has no minus zero for JavaScript to write.
        expect(JSON.parse(push({ unwrap: 'json' }, cut(json, places)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('ends before a stop sequence, wherever it is cut', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 30 });
    const stops = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(letters, stops, fc.array(fc.nat(30)), (text, stop, places) => {
        const [expected = ''] = text.split(stop, 1);
        expect(push({ moreStops: [stop] }, cut(text, places))).toBe(expected);
      }),
    );
  });
});
