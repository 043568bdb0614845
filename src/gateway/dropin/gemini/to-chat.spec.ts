import { parseLossless } from '../../../common/json/raw-json.js';
import { type GenerateContentRequest, NO_SIGNATURE } from '../../gemini/generate-content.types.js';
import { toChat } from './to-chat.js';

const HI = [{ role: 'user', parts: [{ text: 'hi' }] }];
const convert = (body: Partial<GenerateContentRequest>) => toChat({ contents: HI, ...body }, 'm');
const WEATHER = { name: 'weather', parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } } } };

describe('generateContent as chat: messages', () => {
  it('turns the instruction and the turns into messages', () => {
    const { chat } = convert({
      systemInstruction: { parts: [{ text: 'Be short.' }] },
      contents: [
        { parts: [{ text: 'a' }] },
        { role: 'model', parts: [{ text: 'b' }] },
        { role: 'USER', parts: [{ text: 'c' }, { text: 'd' }] },
      ],
    });
    expect(chat.messages).toEqual([
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'c' },
          { type: 'text', text: 'd' },
        ],
      },
    ]);
  });

  it('joins the pieces of a stream that a client kept as contents of their own', () => {
    const { chat } = convert({
      contents: [...HI, { role: 'model', parts: [{ text: 'Hel' }] }, { role: 'model', parts: [{ text: 'lo' }] }],
    });
    expect(chat.messages.at(-1)).toEqual({ role: 'assistant', content: 'Hello' });
  });

  it('matches functions’ responses to their calls by id, by name and by order', () => {
    const call = (name: string, id?: string) => ({ functionCall: { name, args: {}, ...(id && { id }) } });
    const answer = (name: string, output: string, id?: string) => ({
      functionResponse: { name, response: { output }, ...(id && { id }) },
    });
    const { chat } = convert({
      contents: [
        ...HI,
        { role: 'model', parts: [call('a'), call('b', 'x1'), call('a')] },
        { role: 'user', parts: [answer('b', '2', 'x1'), answer('a', '1'), answer('a', '3'), { text: 'so?' }] },
      ],
    });
    expect(chat.messages[1]?.tool_calls?.map(({ id }) => id)).toEqual(['call_1', 'x1', 'call_3']);
    expect(chat.messages.slice(2)).toEqual([
      { role: 'tool', tool_call_id: 'x1', content: '2' },
      { role: 'tool', tool_call_id: 'call_1', content: '1' },
      { role: 'tool', tool_call_id: 'call_3', content: '3' },
      { role: 'user', content: 'so?' },
    ]);
  });

  it.each([
    [{ output: 'text' }, 'text'],
    [{ result: 'text' }, 'text'],
    [{ name: 'f', content: 'text' }, 'text'],
    [{ output: { a: 1 } }, '{"a":1}'],
    [{ temperature: 3 }, '{"temperature":3}'],
    [{ error: 'no' }, '{"error":"no"}'],
    [{ output: 'a', more: 1 }, '{"output":"a","more":1}'],
  ])('reads the response %j', (response, content) => {
    const { chat } = convert({
      contents: [
        ...HI,
        { role: 'model', parts: [{ functionCall: { name: 'f' } }] },
        { parts: [{ functionResponse: { name: 'f', response } }] },
      ],
    });
    expect(chat.messages.at(-1)).toMatchObject({ role: 'tool', content });
  });

  it('keeps every digit of arguments', () => {
    const contents = parseLossless(
      '[{"parts":[{"text":"x"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{"id":12345678901234567890,"x":1.10}}}]}]',
    ) as GenerateContentRequest['contents'];
    expect(convert({ contents }).chat.messages[1]?.tool_calls?.[0]?.function.arguments).toBe(
      '{"id":12345678901234567890,"x":1.1}',
    );
  });

  it('keeps thoughts and signatures apart from what was said, and forgets the sign that there is none', () => {
    const { chat } = convert({
      contents: [
        ...HI,
        {
          role: 'model',
          parts: [
            { text: 'hm', thought: true },
            { text: 'ok' },
            { functionCall: { name: 'f' }, thoughtSignature: 'c2ln' },
            { functionCall: { name: 'g' }, thoughtSignature: NO_SIGNATURE },
          ],
        },
      ],
    });
    expect(chat.messages[1]).toEqual({
      role: 'assistant',
      content: 'ok',
      reasoning: 'hm',
      tool_calls: [
        {
          id: 'call_1',
          type: 'function',
          function: { name: 'f', arguments: '{}' },
          extra_content: { google: { thought_signature: 'c2ln' } },
        },
        { id: 'call_2', type: 'function', function: { name: 'g', arguments: '{}' } },
      ],
    });
  });

  it('says media in OpenAI’s forms', () => {
    const parts = [
      { inlineData: { mimeType: 'image/png', data: 'iVB_-w' } },
      { fileData: { fileUri: 'https://x.example/a.jpg' } },
      { inlineData: { mimeType: 'audio/wav', data: 'UklG' } },
      { inlineData: { mimeType: 'application/pdf', data: 'JVBE' } },
    ];
    expect(convert({ contents: [{ parts }] }).chat.messages[0]?.content).toEqual([
      { type: 'image_url', image_url: { url: 'data:image/png;base64,iVB/+w' } },
      { type: 'image_url', image_url: { url: 'https://x.example/a.jpg' } },
      { type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } },
      { type: 'file', file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,JVBE' } },
    ]);
  });

  it.each([
    [[{ parts: [{ inlineData: { mimeType: 'video/mp4', data: 'x' } }] }], 'contents[0].parts[0].inlineData.mimeType'],
    [[{ parts: [{ fileData: { fileUri: 'gs://a/b.png' } }] }], 'contents[0].parts[0].fileData.fileUri'],
    [
      [
        {
          parts: [
            {
              fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/x', mimeType: 'image/png' },
            },
          ],
        },
      ],
      'contents[0].parts[0].fileData.fileUri',
    ],
    [[{ parts: [{}] }], 'contents[0].parts[0]'],
    [[{ role: 'system', parts: [{ text: 'x' }] }], 'contents[0].role'],
    [[{ parts: [{ functionResponse: { name: 'f', response: {} } }] }], 'contents[0].parts[0].functionResponse'],
    [
      [...HI, { role: 'model', parts: [{ functionCall: { name: 'f', args: [] } }] }],
      'contents[1].parts[0].functionCall.args',
    ],
    [[{ parts: [{ functionCall: { name: 'f' } }] }], 'contents[0].parts[0]'],
  ])('refuses what chat cannot say, by its place: %#', (contents, param) => {
    expect(() => convert({ contents: contents as GenerateContentRequest['contents'] })).toThrow(
      expect.objectContaining({ param, status: 400 }),
    );
  });
});

describe('generateContent as chat: tools and settings', () => {
  it('declares functions in JSON Schema', () => {
    const { chat, unsent } = convert({
      tools: [
        {
          functionDeclarations: [
            { ...WEATHER, response: { type: 'OBJECT' } },
            { name: 'b', parametersJsonSchema: { type: 'object' } },
          ],
        },
      ],
    });
    expect(chat.tools).toEqual([
      {
        type: 'function',
        function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
      },
      { type: 'function', function: { name: 'b', parameters: { type: 'object' } } },
    ]);
    expect(unsent).toEqual(['tools[0].functionDeclarations[0].response']);
  });

  it('refuses tools that only Google can run', () => {
    expect(() => convert({ tools: [{ googleSearch: {} }] })).toThrow(
      expect.objectContaining({ param: 'tools[0].googleSearch' }),
    );
  });

  it.each([
    [{ mode: 'AUTO' }, 'auto'],
    [{ mode: 'NONE' }, 'none'],
    [{ mode: 'ANY' }, 'required'],
    [
      { mode: 'any', allowedFunctionNames: ['weather'] },
      { type: 'function', function: { name: 'weather' } },
    ],
    [{ mode: 'VALIDATED' }, 'auto'],
    [
      { mode: 'ANY', allowedFunctionNames: ['weather', 'b'] },
      {
        type: 'allowed_tools',
        allowed_tools: {
          mode: 'required',
          tools: [
            { type: 'function', function: { name: 'weather' } },
            { type: 'function', function: { name: 'b' } },
          ],
        },
      },
    ],
  ])('%j is %j', (functionCallingConfig, choice) => {
    const { chat } = convert({ tools: [{ functionDeclarations: [WEATHER] }], toolConfig: { functionCallingConfig } });
    expect(chat.tool_choice).toEqual(choice);
  });

  it('renames settings and names what has no effect', () => {
    const { chat, unsent } = convert({
      generationConfig: {
        temperature: 0,
        topP: 0.5,
        topK: 4,
        maxOutputTokens: 9,
        candidateCount: 2,
        seed: 1,
        presencePenalty: 1,
        frequencyPenalty: -1,
        responseLogprobs: true,
        logprobs: 3,
        stopSequences: ['a'],
      },
      safetySettings: [],
      cachedContent: 'cachedContents/x',
      labels: {},
    });
    expect(chat).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      temperature: 0,
      top_p: 0.5,
      max_completion_tokens: 9,
      n: 2,
      seed: 1,
      presence_penalty: 1,
      frequency_penalty: -1,
      logprobs: true,
      top_logprobs: 3,
      stop: ['a'],
    });
    expect(unsent).toEqual(['generationConfig.topK', 'safetySettings', 'cachedContent', 'labels']);
  });

  it('keeps a fifth stop sequence for the answer, and refuses a sixth', () => {
    const { chat, shape } = convert({ generationConfig: { stopSequences: ['a', 'b', 'c', 'd', 'e'] } });
    expect(chat.stop).toEqual(['a', 'b', 'c', 'd']);
    expect(shape.moreStops).toEqual(['e']);
    expect(() => convert({ generationConfig: { stopSequences: ['a', 'b', 'c', 'd', 'e', 'f'] } })).toThrow(
      expect.objectContaining({ param: 'generationConfig.stopSequences' }),
    );
  });

  it.each([
    [{ thinkingLevel: 'MINIMAL' }, 'minimal'],
    [{ thinkingLevel: 'high' }, 'high'],
    [{ thinkingBudget: 0 }, 'none'],
    [{ thinkingBudget: 512 }, 'low'],
    [{ thinkingBudget: 5000 }, 'medium'],
    [{ thinkingBudget: 24576 }, 'high'],
    [{ thinkingBudget: -1 }, undefined],
    [{ includeThoughts: true }, undefined],
  ])('thinks %j as effort %s', (thinkingConfig, effort) => {
    expect(convert({ generationConfig: { thinkingConfig } }).chat.reasoning_effort).toBe(effort);
  });

  it('sends a schema of Gemini’s closed, and strict where it can be', () => {
    const schema = { type: 'OBJECT', properties: { a: { type: 'STRING' } }, required: ['a'] };
    const json = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    };
    const strict = convert({ generationConfig: { responseMimeType: 'application/json', responseSchema: schema } });
    expect(strict.chat.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'response', schema: json, strict: true },
    });
    const { required: _required, ...open } = schema;
    const loose = convert({ generationConfig: { responseMimeType: 'application/json', responseSchema: open } });
    expect(loose.chat.response_format).not.toHaveProperty('json_schema.strict');
  });

  it.each([
    ['application/json', { type: 'ARRAY', items: { type: 'STRING' } }, 'json'],
    ['text/x.enum', { type: 'STRING', enum: ['a'] }, 'text'],
  ] as const)(
    'puts a schema of %s without an object at its root into one',
    (responseMimeType, responseSchema, unwrap) => {
      const { chat, shape } = convert({ generationConfig: { responseMimeType, responseSchema } });
      expect(shape.unwrap).toBe(unwrap);
      expect(chat.response_format).toMatchObject({
        json_schema: { schema: { type: 'object', required: ['value'] }, strict: true },
      });
    },
  );

  it.each([
    [{ responseMimeType: 'text/html' }, 'generationConfig.responseMimeType'],
    [{ responseSchema: { type: 'OBJECT' } }, 'generationConfig.responseMimeType'],
    [{ responseModalities: ['TEXT', 'IMAGE'] }, 'generationConfig.responseModalities[1]'],
  ])('refuses %j', (generationConfig, param) => {
    expect(() => convert({ generationConfig })).toThrow(expect.objectContaining({ param, status: 400 }));
  });
});
