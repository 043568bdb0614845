import { ChunkReader } from './chunk-reader.js';
import { readCompletion } from './completion.js';

const NAMES = { provider: 'gemini', model: 'm' };
const piece = (parts: object[], more: object = {}) => ({
  candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }],
});

describe('Gemini’s pieces as chunks', () => {
  it('keep the promises of a stream', () => {
    const reader = new ChunkReader(NAMES, 1);
    const counts = {
      promptTokenCount: 3,
      candidatesTokenCount: 2,
      thoughtsTokenCount: 4,
      totalTokenCount: 9,
      cachedContentTokenCount: 1,
    };
    const chunks = [
      ...reader.push({
        ...piece([{ text: 'hm', thought: true }]),
        responseId: 'r',
        modelVersion: 'gemini-x',
        usageMetadata: { promptTokenCount: 3 },
      }),
      ...reader.push(piece([{ text: 'a' }])),
      ...reader.push(piece([{ functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 's' }])),
      ...reader.push(piece([{ functionCall: { id: 'x', name: 'g' } }])),
      ...reader.push({ ...piece([{ text: '' }], { finishReason: 'STOP' }), usageMetadata: counts }),
      ...reader.close(),
    ];
    expect(new Set(chunks.map(({ id, model }) => `${id} ${model}`))).toEqual(new Set(['chatcmpl-r gemini-x']));
    expect(chunks.map(({ choices }) => choices[0]?.delta)).toEqual([
      { role: 'assistant', content: null },
      { reasoning: 'hm', reasoning_content: 'hm' },
      { content: 'a' },
      {
        tool_calls: [
          {
            index: 0,
            id: expect.stringMatching(/^call_/) as string,
            type: 'function',
            function: { name: 'f', arguments: '{"a":1}' },
            extra_content: { google: { thought_signature: 's' } },
          },
        ],
      },
      { tool_calls: [{ index: 1, id: 'x', type: 'function', function: { name: 'g', arguments: '{}' } }] },
      {},
    ]);
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason).filter((reason) => reason !== null)).toEqual([
      'tool_calls',
    ]);
    expect(chunks.filter(({ usage }) => usage)).toHaveLength(1);
    expect(chunks.at(-1)?.usage).toEqual({
      prompt_tokens: 3,
      completion_tokens: 6,
      total_tokens: 9,
      prompt_tokens_details: { cached_tokens: 1 },
      completion_tokens_details: { reasoning_tokens: 4 },
    });
  });

  it('are finished when every candidate that was asked for is', () => {
    const reader = new ChunkReader(NAMES, 2);
    reader.push(piece([{ text: 'a' }], { finishReason: 'STOP' }));
    expect(reader.isFinished).toBe(false);
    reader.push({ candidates: [{ index: 1, content: { parts: [{ text: 'b' }] }, finishReason: 'MAX_TOKENS' }] });
    expect(reader.isFinished).toBe(true);
    expect(reader.close().map(({ choices }) => choices[0]?.finish_reason)).toEqual(['stop', 'length']);
  });

  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['CONTINUATION', 'length'],
    ['SAFETY', 'content_filter'],
    ['RECITATION', 'content_filter'],
    ['PROHIBITED_CONTENT', 'content_filter'],
    ['OTHER', 'stop'],
  ])('%s is %s', (finishReason, expected) => {
    expect(readCompletion(piece([{ text: 'a' }], { finishReason }), NAMES).choices[0]?.finish_reason).toBe(expected);
  });

  it('fail where the model did', () => {
    const failed = piece([], { finishReason: 'MALFORMED_FUNCTION_CALL' });
    expect(() => new ChunkReader(NAMES, 1).push(failed)).toThrow(
      expect.objectContaining({ code: 'upstream_invalid_response' }),
    );
    expect(() => readCompletion(failed, NAMES)).toThrow(expect.objectContaining({ code: 'upstream_invalid_response' }));
  });

  it('refuse in the words of a content filter when the prompt was blocked', () => {
    const blocked = { promptFeedback: { blockReason: 'SAFETY' } };
    const error = expect.objectContaining({ status: 400, wireCode: 'content_filter' }) as Error;
    expect(() => new ChunkReader(NAMES, 1).push(blocked)).toThrow(error);
    expect(() => readCompletion(blocked, NAMES)).toThrow(error);
  });

  it('are no answer without candidates', () => {
    expect(() => readCompletion({ candidates: [] }, NAMES)).toThrow(
      expect.objectContaining({ code: 'upstream_invalid_response' }),
    );
  });
});
