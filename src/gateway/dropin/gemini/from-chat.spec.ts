import type { AssistantMessage, ChatCompletion, FinishReason } from '../../openai/chat.types.js';
import type { AnswerShape } from './conversion.types.js';
import { fromChat } from './from-chat.js';

const SHAPE: AnswerShape = { includeThoughts: false, unwrap: 'no', moreStops: [] };

function completion(message: Partial<AssistantMessage>, finish: FinishReason = 'stop'): ChatCompletion {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'upstream',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: null, ...message },
        logprobs: null,
        finish_reason: finish,
      },
    ],
  };
}
const call = (id: string, text: string) => ({
  id,
  type: 'function' as const,
  function: { name: 'f', arguments: text },
});
const answer = (message: Partial<AssistantMessage>, finish?: FinishReason, shape: Partial<AnswerShape> = {}) =>
  fromChat(completion(message, finish), 'asked', { ...SHAPE, ...shape }).candidates?.[0];

describe('A chat answer as generateContent’s', () => {
  it('says who answers by the caller’s own name', () => {
    expect(fromChat(completion({ content: 'hi' }), 'asked', SHAPE)).toEqual({
      candidates: [{ content: { parts: [{ text: 'hi' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      modelVersion: 'asked',
      responseId: 'chatcmpl-1',
    });
  });

  it('shows thoughts to who asks for them', () => {
    const message = { content: 'hi', reasoning: 'hm' };
    expect(answer(message)?.content?.parts).toEqual([{ text: 'hi' }]);
    expect(answer(message, 'stop', { includeThoughts: true })?.content?.parts).toEqual([
      { text: 'hm', thought: true },
      { text: 'hi' },
    ]);
  });

  it('makes calls whole, no digit lost, the first with the sign that it has no signature', () => {
    const parts = answer({ tool_calls: [call('a', '{"n":12345678901234567890}'), call('b', '')] }, 'tool_calls')
      ?.content?.parts;
    expect(JSON.stringify(parts)).toBe(
      '[{"functionCall":{"id":"a","name":"f","args":{"n":12345678901234567890}},"thoughtSignature":"skip_thought_signature_validator"},' +
        '{"functionCall":{"id":"b","name":"f","args":{}}}]',
    );
  });

  it('says that a call cannot be read, but not of one that the limit has cut', () => {
    expect(answer({ tool_calls: [call('a', '{"n":')] }, 'tool_calls')).toMatchObject({
      finishReason: 'MALFORMED_FUNCTION_CALL',
      finishMessage: 'Malformed function call: f({"n":)',
    });
    expect(answer({ tool_calls: [call('a', '{"n":')] }, 'length')).toMatchObject({
      content: { parts: [{ text: '' }] },
      finishReason: 'MAX_TOKENS',
    });
  });

  it.each([
    ['stop', 'STOP'],
    ['tool_calls', 'STOP'],
    ['length', 'MAX_TOKENS'],
    ['content_filter', 'SAFETY'],
  ] as const)('%s is %s', (reason, expected) => {
    expect(answer({ content: 'x' }, reason)?.finishReason).toBe(expected);
  });

  it.each([
    ['{"value":["a","}"]}', 'json', '["a","}"]'],
    ['{ "value" : 5 }', 'json', '5'],
    ['{"value":"a \\"b\\""}', 'text', 'a "b"'],
    ['["not wrapped"]', 'json', '["not wrapped"]'],
    ['{"value":["cut', 'json', '["cut'],
  ] as const)('takes the value out of %s', (content, unwrap, text) => {
    expect(answer({ content }, 'stop', { unwrap })?.content?.parts).toEqual([{ text }]);
  });

  it('ends at a stop sequence that chat had no room for', () => {
    expect(answer({ content: 'one END two' }, 'length', { moreStops: ['END'] })).toEqual({
      content: { parts: [{ text: 'one ' }], role: 'model' },
      finishReason: 'STOP',
      index: 0,
    });
  });

  it('counts thoughts beside the answer', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 7,
      total_tokens: 17,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 5 },
    };
    expect(fromChat({ ...completion({ content: 'x' }), usage }, 'm', SHAPE).usageMetadata).toEqual({
      promptTokenCount: 10,
      cachedContentTokenCount: 4,
      candidatesTokenCount: 2,
      thoughtsTokenCount: 5,
      totalTokenCount: 17,
    });
  });
});
