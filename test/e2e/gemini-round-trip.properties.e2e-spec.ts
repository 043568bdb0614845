import * as fc from 'fast-check';
import type { ChatMessage, ChatRequest } from '../../src/gateway/openai/chat.types.js';
import { toChat } from '../../src/gateway/dropin/gemini/to-chat.js';
import { toGenerateContent } from '../../src/gateway/providers/gemini/chat-request.js';

const text = fc.string({ unit: 'grapheme', minLength: 1 });
const signature = fc.option(fc.base64String({ minLength: 4 }), { nil: undefined });
const callArguments = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })).map((value) => JSON.stringify(value));

/** One exchange: a question, perhaps calls with their results, and an answer. */
const exchanges = fc
  .record({
    question: text,
    image: fc.option(fc.base64String({ minLength: 4 }), { nil: undefined }),
    calls: fc.array(fc.record({ name: fc.constantFrom('f', 'g'), args: callArguments, result: text, signature }), {
      maxLength: 3,
    }),
    thought: fc.option(text, { nil: undefined }),
    answer: text,
  })
  .map((exchange) => (at: number): ChatMessage[] => {
    const { question, image, calls, thought, answer } = exchange;
    const picture = { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } };
    const messages: ChatMessage[] = [
      { role: 'user', content: image === undefined ? question : [{ type: 'text', text: question }, picture] },
    ];
    const id = (i: number): string => `id_${at}_${i}`;
    if (calls.length > 0) {
      messages.push({
        role: 'assistant',
        content: null,
        tool_calls: calls.map(({ name, args, signature: mark }, i) => ({
          id: id(i),
          type: 'function',
          function: { name, arguments: args },
          ...(mark !== undefined && { extra_content: { google: { thought_signature: mark } } }),
        })),
      });
      calls.forEach(({ result }, i) => messages.push({ role: 'tool', tool_call_id: id(i), content: result }));
    }
    messages.push({ role: 'assistant', content: answer, ...(thought !== undefined && { reasoning: thought }) });
    return messages;
  });

const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const settings = fc
  .record({
    temperature: some(fc.double({ min: 0, max: 2, noNaN: true })),
    top_p: some(fc.double({ min: 0, max: 1, noNaN: true })),
    max_completion_tokens: some(fc.integer({ min: 1, max: 9_999 })),
    n: some(fc.integer({ min: 1, max: 4 })),
    seed: some(fc.nat()),
    stop: some(fc.array(text, { minLength: 1, maxLength: 4 })),
    presence_penalty: some(fc.double({ min: -2, max: 2, noNaN: true })),
    frequency_penalty: some(fc.double({ min: -2, max: 2, noNaN: true })),
    reasoning_effort: some(fc.constantFrom('minimal', 'low', 'medium', 'high')),
    response_format: some(
      fc.constantFrom(
        { type: 'json_object' },
        { type: 'json_schema', json_schema: { name: 'response', schema, strict: true } },
      ),
    ),
    tool_choice: some(fc.constantFrom('auto', 'none', 'required', { type: 'function', function: { name: 'f' } })),
    service_tier: some(fc.constantFrom('flex', 'priority', 'default')),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

describe('chat → generateContent → chat', () => {
  it('loses nothing of what both can say', () => {
    fc.assert(
      fc.property(
        some(text),
        fc.array(exchanges, { minLength: 1, maxLength: 3 }),
        settings,
        (system, turns, options) => {
          const messages: ChatMessage[] = [
            ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
            ...turns.flatMap((turn, i) => turn(i)),
          ];
          const tools = ['f', 'g'].map((name) => ({
            type: 'function',
            function: { name, description: `Does ${name}`, parameters: schema },
          }));
          // The first of Gemini's models that has all levels of thinking.
          const request: ChatRequest = { ...options, model: 'gemini-3.6-flash', messages: merged(messages), tools };
          const before = JSON.stringify(request);
          const notes = { strict: true, filtered: new Set<string>(), transformed: new Set<string>() };
          const native = toGenerateContent(request, notes);
          expect(JSON.stringify(request)).toBe(before);
          expect([...notes.filtered, ...notes.transformed]).toEqual([]);
          const { chat, unsent } = toChat(native, request.model);
          expect(unsent).toEqual([]);
          expect(JSON.parse(JSON.stringify(chat))).toEqual(JSON.parse(before));
        },
      ),
    );
  });
});

/** Gemini has one turn of the model between two of the user's: what was said and what was called are one message. */
function merged(messages: readonly ChatMessage[]): ChatMessage[] {
  return messages.filter((message, i) => !(message.role === 'assistant' && messages[i + 1]?.role === 'assistant'));
}
