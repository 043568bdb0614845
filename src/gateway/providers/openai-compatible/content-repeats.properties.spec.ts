import * as fc from 'fast-check';
import { UsageFrames } from '../../openai/usage-frames.js';
import type { ChatChunk } from '../../openai/chat.types.js';
import { ChunkNormaliser } from './chunk-normaliser.js';

const OPTIONS = { model: 'm', jsonFormat: false };

/** Texts that could be taken for something else: quotes, escapes, other members' values, halves of characters. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'a',
    'gpt',
    'stop',
    '"',
    '\\',
    '\n',
    '\\"',
    'assistant',
    'asbru:text',
    'asbru:probe',
    '\u2028',
    '\ud800',
    'é',
    '',
  ),
);
const delta = fc.oneof(
  { weight: 8, arbitrary: fc.record({ content: text }) },
  { weight: 1, arbitrary: fc.record({ content: text, role: fc.constant('assistant') }) },
  { weight: 1, arbitrary: fc.record({ reasoning: text }) },
  { weight: 1, arbitrary: fc.record({ content: fc.constant(null) }) },
  { weight: 1, arbitrary: fc.record({ content: text, refusal: text }) },
);
const chunk = fc.record(
  {
    id: fc.constantFrom('a', 'c-1'),
    model: fc.constantFrom('gpt', 'a'),
    created: fc.constantFrom(1, 2),
    choices: fc.array(
      fc.record(
        {
          index: fc.constantFrom(0, 0, 0, 1),
          delta,
          logprobs: fc.constant(null),
          finish_reason: fc.constantFrom(null, null, null, null, 'stop'),
        },
        { requiredKeys: ['index', 'delta'] },
      ),
      { minLength: 0, maxLength: 2 },
    ),
    system_fingerprint: text,
    obfuscation: text,
    usage: fc.constantFrom(null, { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }),
  },
  { requiredKeys: ['id', 'model', 'created', 'choices'] },
);
/** Runs of chunks that differ in their text alone, as upstreams send them. */
const stream = fc
  .array(
    fc.tuple(chunk, fc.array(text, { maxLength: 6 })).map(([first, texts]) => [
      first,
      ...texts.map((content) => ({
        ...first,
        choices: first.choices.map((choice) => ({ ...choice, delta: { ...choice.delta, content } })),
      })),
    ]),
    { maxLength: 6 },
  )
  .map((runs) => runs.flat());

function framesOf(chunks: readonly object[], includeUsage: boolean, repeats: boolean): [string, number] {
  const normaliser = new ChunkNormaliser(OPTIONS);
  const frames = new UsageFrames<ChatChunk>(includeUsage);
  let written = '';
  let repeated = 0;
  for (const one of chunks) {
    const data = JSON.stringify(one);
    const again = repeats ? normaliser.repeat(data) : undefined;
    if (again) repeated++;
    const pieces = again
      ? [again]
      : normaliser.push(JSON.parse(data) as Record<string, unknown>, repeats ? data : undefined);
    written += frames.pieces(pieces);
  }
  return [written + frames.pieces(normaliser.close()), repeated];
}

describe('Chunks that are like the one before', () => {
  it('are read and written as all others are', () => {
    let repeated = 0;
    fc.assert(
      fc.property(stream, fc.boolean(), (chunks, includeUsage) => {
        const [quick, count] = framesOf(chunks, includeUsage, true);
        repeated += count;
        expect(quick).toBe(framesOf(chunks, includeUsage, false)[0]);
      }),
      { numRuns: 2_000 },
    );
    expect(repeated).toBeGreaterThan(500);
  });

  it('are not looked for where no two are alike', () => {
    const chunks = Array.from({ length: 50 }, (_, index) => ({
      id: 'c',
      model: 'm',
      created: 1,
      obfuscation: 'x'.repeat(index),
      choices: [{ index: 0, delta: { content: 'word' }, finish_reason: null }],
    }));
    const [written, repeated] = framesOf(chunks, false, true);
    expect(repeated).toBe(0);
    expect(written).toBe(framesOf(chunks, false, false)[0]);
  });
});
