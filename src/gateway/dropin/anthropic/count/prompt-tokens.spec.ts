import { promptTokens } from './prompt-tokens.js';
import { roughTokens, textTokens } from './text-tokens.js';

/** Texts with the count of o200k_base (gpt-oss), by OpenAI's tokenizer. */
const KNOWN: ReadonlyArray<readonly [text: string, tokens: number]> = [
  ['The quick brown fox jumps over the lazy dog.', 10],
  ['Hello, world!', 4],
  ['const camelCase = (x: number): number => x * 2;', 16],
  ['{"city":"Paris","units":"metric"}', 9],
];

const hello = [{ role: 'user' as const, content: 'Hello' }];
const png = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(40_000) } };

describe('the estimate of a text', () => {
  it.each(KNOWN)('of %j is not below %i, and not far above', (text, tokens) => {
    expect(textTokens(text)).toBeGreaterThanOrEqual(tokens);
    expect(textTokens(text)).toBeLessThanOrEqual(tokens * 2.5);
  });

  it('is not below one and a half tokens for each Chinese character, one for each digit, and a token for a run of spaces', () => {
    expect(textTokens('你好世界')).toBe(6);
    expect(textTokens('12345')).toBe(5);
    expect(textTokens('a        b')).toBe(3);
    expect(textTokens('')).toBe(0);
  });

  it('is never less for more text', () => {
    const text = 'Some text, with 3 numbers 42 and 7 🎉 and 漢字.';
    for (let length = 1; length <= text.length; length++) {
      expect(textTokens(text.slice(0, length))).toBeGreaterThanOrEqual(textTokens(text.slice(0, length - 1)));
    }
  });
});

describe('#97 the estimate of a prompt', () => {
  const base = promptTokens({ messages: hello });

  it('is a positive integer', () => {
    expect(Number.isSafeInteger(base)).toBe(true);
    expect(base).toBeGreaterThan(0);
  });

  it.each([
    ['a system text', { system: 'You are terse and kind.' }],
    ['system blocks', { system: [{ type: 'text' as const, text: 'You are terse and kind.' }] }],
    [
      'tools',
      { tools: [{ name: 'get_weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }] },
    ],
    ['a format', { output_config: { format: { type: 'json_schema' as const, schema: { type: 'object' } } } }],
  ])('counts %s', (_, fields) => {
    expect(promptTokens({ messages: hello, ...fields })).toBeGreaterThan(base + 5);
  });

  it('can be made without reading the texts', () => {
    const messages = [{ role: 'user' as const, content: 'word '.repeat(300) }];
    expect(promptTokens({ messages }, roughTokens)).toBe(10 + 500);
  });

  it('counts an image by what a model sees of it, not by its bytes', () => {
    const tokens = promptTokens({ messages: [{ role: 'user', content: [png] }] });
    expect(tokens).toBeGreaterThanOrEqual(1_600);
    expect(tokens).toBeLessThan(2_000);
    const inResult = [{ type: 'tool_result', tool_use_id: 'a', content: [png] }];
    expect(promptTokens({ messages: [{ role: 'user', content: inResult }] })).toBeGreaterThanOrEqual(1_600);
  });

  it('counts results, calls, thoughts and documents', () => {
    const blocks = [
      { type: 'tool_result', tool_use_id: 'a', content: 'eighteen degrees and sunny' },
      { type: 'tool_use', id: 'a', name: 'get_weather', input: { city: 'Paris', days: 12345678 } },
      { type: 'thinking', thinking: 'eighteen degrees and sunny', signature: 'x'.repeat(1_000) },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'eighteen degrees and sunny' } },
    ];
    for (const block of blocks) {
      const tokens = promptTokens({ messages: [...hello, { role: 'user', content: [block] }] });
      expect(tokens).toBeGreaterThan(base + 8);
      expect(tokens).toBeLessThan(base + 60);
    }
    const pdf = {
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data: 'A'.repeat(100_000) },
    };
    expect(promptTokens({ messages: [{ role: 'user', content: [pdf] }] })).toBeGreaterThanOrEqual(6_000);
  });
});
