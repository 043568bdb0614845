import type { ChatChunk } from '../../openai/chat.types.js';
import { ChunkNormaliser } from './chunk-normaliser.js';

const OPTIONS = { model: 'm', jsonFormat: false };
const THINKING = { ...OPTIONS, answers: { thinkTags: true } };
const counts = (completion: number) => ({
  prompt_tokens: 1,
  completion_tokens: completion,
  total_tokens: 1 + completion,
});
const piece = (delta: unknown, more: Record<string, unknown> = {}, finish: string | null = null) => ({
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...more,
});

function textOf(chunks: readonly ChatChunk[]): string {
  return chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
}

describe('usage of a stream', () => {
  it('is final only when it came with the last finish reason or after it', () => {
    const early = new ChunkNormaliser(OPTIONS);
    early.push(piece({ content: 'a' }, { usage: counts(1) }));
    early.push(piece({}, {}, 'stop'));
    expect([early.isFinished, early.hasFinalUsage]).toEqual([true, false]);
    early.push({ choices: [], usage: counts(2) });
    expect([early.hasFinalUsage, early.usage]).toEqual([true, counts(2)]);
    const late = new ChunkNormaliser(OPTIONS);
    late.push(piece({ content: 'a' }, { usage: counts(3) }, 'stop'));
    expect(late.hasFinalUsage).toBe(true);
  });

  it('is that of all choices', () => {
    const two = new ChunkNormaliser(OPTIONS, 2);
    two.push(piece({ content: 'a' }, { usage: counts(1) }, 'stop'));
    expect(two.hasFinalUsage).toBe(false);
  });
});

describe('reasoning between tags', () => {
  it('that ends with the stream loses nothing', () => {
    const marked = new ChunkNormaliser(THINKING);
    const chunks = [...marked.push(piece({ content: 'a' })), ...marked.push(piece({ content: ' <' }))];
    expect(textOf([...chunks, ...marked.close()])).toBe('a <');
    const held = new ChunkNormaliser(THINKING);
    const last = [...held.push(piece({ content: '<thi' })), ...held.close()];
    expect(textOf(last)).toBe('<thi');
    expect(last.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(last[0]?.choices[0]?.delta.role).toBe('assistant');
  });

  it('that has begun goes out as reasoning', () => {
    const open = new ChunkNormaliser(THINKING);
    const chunks = [
      ...open.push(piece({ content: '<think>a</th' })),
      ...open.push(piece({}, {}, 'stop')),
      ...open.close(),
    ];
    const reasoning = chunks.map((chunk) => chunk.choices[0]?.delta.reasoning ?? '').join('');
    expect([reasoning, textOf(chunks)]).toEqual(['a</th', '']);
  });
});

describe('a finish reason', () => {
  it.each(['error', 'abort', 'insufficient_system_resource'])('%s is a failure', (reason) => {
    const normaliser = new ChunkNormaliser(OPTIONS);
    normaliser.push(piece({ content: 'a' }));
    expect(() => normaliser.push(piece({}, {}, reason))).toThrow(`finish_reason '${reason}'`);
  });

  it('of another vendor is OpenAI’s', () => {
    const normaliser = new ChunkNormaliser(OPTIONS);
    normaliser.push(piece({ content: 'a' }, {}, 'model_length'));
    expect(normaliser.finishReason).toBe('length');
  });
});
