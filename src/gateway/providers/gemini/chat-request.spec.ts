import type { ChatRequest } from '../../openai/chat.types.js';
import { toGenerateContent } from './chat-request.js';

const HI: ChatRequest['messages'] = [{ role: 'user', content: 'hi' }];
const TOOL = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };

function write(request: Partial<ChatRequest>, strict = false) {
  const notes = { strict, filtered: new Set<string>(), transformed: new Set<string>() };
  const body = toGenerateContent({ model: 'gemini-3.8-flash', messages: HI, ...request }, notes);
  return { body, config: body.generationConfig, filtered: [...notes.filtered], transformed: [...notes.transformed] };
}

const call = (id: string, extra?: object) => ({
  id,
  type: 'function' as const,
  function: { name: 'f', arguments: '{"a":1}' },
  ...extra,
});

describe('chat as generateContent', () => {
  it('makes turns of messages, and one instruction of all that is told', () => {
    const { body, transformed } = write({
      messages: [
        { role: 'system', content: 'a' },
        { role: 'developer', content: 'b' },
        { role: 'user', content: 'c' },
        { role: 'user', content: 'd' },
        { role: 'system', content: 'e' },
        { role: 'assistant', content: 'f' },
      ],
    });
    expect(body.systemInstruction).toEqual({ parts: [{ text: 'a' }, { text: 'b' }, { text: 'e' }] });
    expect(body.contents).toEqual([
      { role: 'user', parts: [{ text: 'c' }, { text: 'd' }] },
      { role: 'model', parts: [{ text: 'f' }] },
    ]);
    expect(transformed).toEqual(['messages']);
  });

  it('asks with the instruction where there is nothing else', () => {
    expect(write({ messages: [{ role: 'system', content: 'a' }] }).body.contents).toEqual([
      { role: 'user', parts: [{ text: 'a' }] },
    ]);
  });

  it('answers calls by the functions’ names', () => {
    const { body } = write({
      messages: [
        ...HI,
        { role: 'assistant', content: null, tool_calls: [call('x')] },
        { role: 'tool', tool_call_id: 'x', content: '7' },
      ],
    });
    expect(body.contents.slice(1)).toEqual([
      {
        role: 'model',
        parts: [
          {
            functionCall: { id: 'x', name: 'f', args: { a: 1 } },
            thoughtSignature: 'skip_thought_signature_validator',
          },
        ],
      },
      { role: 'user', parts: [{ functionResponse: { id: 'x', name: 'f', response: { output: '7' } } }] },
    ]);
  });

  it('brings signatures back, and none where a model wants none', () => {
    const signed = { extra_content: { google: { thought_signature: 'c2ln' } } };
    const history = [...HI, { role: 'assistant' as const, content: null, tool_calls: [call('x', signed), call('y')] }];
    const signatures = (model: string) =>
      write({ model, messages: history }).body.contents[1]?.parts?.map(({ thoughtSignature }) => thoughtSignature);
    expect(signatures('gemini-3.8-flash')).toEqual(['c2ln', undefined]);
    const bare = [...HI, { role: 'assistant' as const, content: null, tool_calls: [call('y')] }];
    expect(write({ model: 'gemini-2.5-pro', messages: bare }).body.contents[1]?.parts?.[0]).not.toHaveProperty(
      'thoughtSignature',
    );
  });

  it('keeps every digit of arguments', () => {
    const big = {
      id: 'x',
      type: 'function' as const,
      function: { name: 'f', arguments: '{"n":12345678901234567890}' },
    };
    const { body } = write({ messages: [...HI, { role: 'assistant', content: null, tool_calls: [big] }] });
    expect(JSON.stringify(body.contents)).toContain('"args":{"n":12345678901234567890}');
  });

  it('sends media', () => {
    const content = [
      { type: 'image_url', image_url: { url: 'data:image/jpeg;base64,AAAA', detail: 'low' } },
      { type: 'image_url', image_url: { url: 'https://x.example/a.webp?b=1' } },
      { type: 'input_audio', input_audio: { data: 'BBBB', format: 'mp3' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,CCCC' } },
    ];
    const { body, filtered } = write({ messages: [{ role: 'user', content }] });
    expect(body.contents[0]?.parts).toEqual([
      { inlineData: { mimeType: 'image/jpeg', data: 'AAAA' } },
      { fileData: { mimeType: 'image/webp', fileUri: 'https://x.example/a.webp?b=1' } },
      { inlineData: { mimeType: 'audio/mp3', data: 'BBBB' } },
      { inlineData: { mimeType: 'application/pdf', data: 'CCCC' } },
    ]);
    expect(filtered).toEqual(['messages.content.image_url.detail']);
  });

  it.each([
    [{ messages: [{ role: 'user', content: [{ type: 'video_url' }] }] }, 'messages[0].content[0].type'],
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'ftp://x' } }] }] },
      'messages[0].content[0].image_url.url',
    ],
    [
      { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'x' } }] }] },
      'messages[0].content[0].file',
    ],
    [{ messages: [...HI, { role: 'tool', tool_call_id: 'x', content: 'y' }] }, 'messages[1].tool_call_id'],
    [
      {
        messages: [
          ...HI,
          { role: 'assistant', tool_calls: [{ ...call('x'), function: { name: 'f', arguments: '[]' } }] },
        ],
      },
      'messages[1].tool_calls[0].function.arguments',
    ],
    [{ tools: [TOOL], tool_choice: { type: 'function', function: { name: 'g' } } }, 'tool_choice'],
    [{ tool_choice: 'required' }, 'tool_choice'],
  ])('refuses by the caller’s field: %#', (request, param) => {
    expect(() => write(request as Partial<ChatRequest>)).toThrow(expect.objectContaining({ param, status: 400 }));
  });

  it.each([
    ['auto', { mode: 'AUTO' }],
    ['none', { mode: 'NONE' }],
    ['required', { mode: 'ANY' }],
    [
      { type: 'function', function: { name: 'f' } },
      { mode: 'ANY', allowedFunctionNames: ['f'] },
    ],
    [
      { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'f' }] },
      { mode: 'VALIDATED', allowedFunctionNames: ['f'] },
    ],
  ])('tool_choice %j', (tool_choice, functionCallingConfig) => {
    expect(write({ tools: [TOOL], tool_choice }).body.toolConfig).toEqual({ functionCallingConfig });
  });

  it('says what of tools is not kept to', () => {
    const loose = {
      name: 'f',
      strict: true,
      parameters: { type: 'object', properties: { a: { type: 'string', pattern: '^a' } } },
    };
    const { body, filtered, transformed } = write({
      tools: [{ type: 'function', function: loose }, { type: 'custom' }],
      parallel_tool_calls: false,
    });
    expect(body.tools?.[0]?.functionDeclarations).toEqual([{ name: 'f', parametersJsonSchema: loose.parameters }]);
    expect(transformed).toEqual(['tools.strict', 'tools.parameters']);
    expect(filtered).toEqual(['tools[1]', 'parallel_tool_calls']);
  });

  it.each([
    ['gemini-3.8-flash', 'none', { includeThoughts: true, thinkingLevel: 'LOW' }, ['reasoning_effort'], []],
    ['gemini-3.8-flash', 'high', { includeThoughts: true, thinkingLevel: 'HIGH' }, [], []],
    ['gemini-3.6-flash', 'minimal', { includeThoughts: true, thinkingLevel: 'MINIMAL' }, [], []],
    ['gemini-9-neon', 'xhigh', { includeThoughts: true, thinkingLevel: 'HIGH' }, ['reasoning_effort'], []],
    ['gemini-2.5-flash', 'none', { includeThoughts: true, thinkingBudget: 0 }, [], []],
    ['gemini-2.5-pro', 'none', { includeThoughts: true, thinkingBudget: 128 }, ['reasoning_effort'], []],
    ['gemini-2.5-flash', 'medium', { includeThoughts: true, thinkingBudget: 8192 }, [], []],
    ['gemini-2.0-flash', 'low', undefined, [], ['reasoning_effort']],
    ['gemma-4-31b-it', 'low', undefined, [], ['reasoning_effort']],
    ['gemini-2.5-flash-image', 'low', undefined, [], ['reasoning_effort']],
  ])('%s thinks with effort %s', (model, reasoning_effort, thinkingConfig, transformed, filtered) => {
    const written = write({ model, reasoning_effort });
    expect(written.config?.thinkingConfig).toEqual(thinkingConfig);
    expect(written.transformed).toEqual(transformed);
    expect(written.filtered).toEqual(filtered);
  });

  it('hides thoughts from who does not want them', () => {
    expect(write({ reasoning_format: 'hidden' }).config?.thinkingConfig).toEqual({ includeThoughts: false });
  });

  it('keeps functions rather than the form where a model does not take both', () => {
    const request = { tools: [TOOL], response_format: { type: 'json_object' as const } };
    expect(write({ ...request, model: 'gemini-2.5-flash' })).toMatchObject({ filtered: ['response_format'] });
    expect(write(request).config).toMatchObject({ responseMimeType: 'application/json' });
  });

  it('filters and names what Gemini does not have, or refuses it for who is strict', () => {
    expect(write({ user: 'u', logit_bias: {}, store: true, prompt_cache_key: 'k', unheard_of: 1 }).filtered).toEqual([
      'user',
      'logit_bias',
      'store',
      'prompt_cache_key',
      'unheard_of',
    ]);
    expect(() => write({ user: 'u' }, true)).toThrow(expect.objectContaining({ param: 'user' }));
  });

  it('takes Gemini’s own settings as its OpenAI-compatible API does', () => {
    const google = { cached_content: 'cachedContents/a', thinking_config: { thinking_budget: 5 }, other: 1 };
    const { body, filtered } = write({ extra_body: { google } });
    expect(body.cachedContent).toBe('cachedContents/a');
    expect(body.generationConfig?.thinkingConfig).toEqual({ thinking_budget: 5 });
    expect(filtered).toEqual(['extra_body.google.other']);
  });
});
