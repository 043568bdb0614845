import { GeminiSandbox } from './gemini-sandbox.js';

interface Reply {
  status: number;
  text: string;
  error: { code: number; message: string; status: string; details?: object[] };
  body: {
    candidates: Array<{ content: { parts: Array<Record<string, unknown>> }; finishReason?: string }>;
    usageMetadata: Record<string, number>;
    [key: string]: unknown;
  };
}

const KEY = 'AIza-spec';
const HI = { contents: [{ role: 'user', parts: [{ text: 'Say: hi' }] }] };
const DECLARE = {
  tools: [
    {
      functionDeclarations: [
        {
          name: 'get_weather',
          parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } }, required: ['city'] },
        },
      ],
    },
  ],
};
const ASK = { contents: [{ role: 'user', parts: [{ text: 'What is the weather in Paris?' }] }], ...DECLARE };

describe('The sandbox of the Gemini API', () => {
  let sandbox: GeminiSandbox;
  beforeAll(async () => {
    sandbox = await GeminiSandbox.start({ apiKey: KEY, paceMs: 0 });
  });
  afterAll(() => sandbox.close());

  async function ask(
    path: string,
    body?: unknown,
    headers: Record<string, string> = { 'x-goog-api-key': KEY },
  ): Promise<Reply> {
    const response = await fetch(`${sandbox.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const json = (text.startsWith('{') ? JSON.parse(text) : {}) as Reply['body'] & Pick<Reply, 'error'>;
    return { status: response.status, text, error: json.error, body: json };
  }
  const generate = (body: unknown, model = 'gemini-3.8-flash') => ask(`/v1beta/models/${model}:generateContent`, body);

  it('takes a key in the header, in the address or as a bearer, and no other', async () => {
    const path = '/v1beta/models/gemini-2.0-flash:generateContent';
    expect((await ask(path, HI)).status).toBe(200);
    expect((await ask(`${path}?key=${KEY}`, HI, {})).status).toBe(200);
    expect((await ask(path, HI, { authorization: `Bearer ${KEY}` })).status).toBe(200);
    expect((await ask(path, HI, {})).error).toMatchObject({ code: 403, status: 'PERMISSION_DENIED' });
    expect((await ask(path, HI, { authorization: 'Bearer x' })).error).toMatchObject({
      code: 401,
      status: 'UNAUTHENTICATED',
    });
    expect((await ask(path, HI, { 'x-goog-api-key': 'x' })).error).toMatchObject({
      code: 400,
      message: 'API key not valid. Please pass a valid API key.',
      details: [{ reason: 'API_KEY_INVALID' }],
    });
  });

  it.each([
    [{ ...HI, foo: 1 }, 'Invalid JSON payload received. Unknown name "foo": Cannot find field.'],
    [
      { ...HI, generationConfig: { top_q: 1 } },
      'Invalid JSON payload received. Unknown name "top_q" at \'generation_config\': Cannot find field.',
    ],
    [
      {
        ...HI,
        tools: [
          { functionDeclarations: [{ name: 'f', parameters: { type: 'OBJECT', properties: { a: { const: 1 } } } }] },
        ],
      },
      'Unknown name "const" at \'tools[0].function_declarations[0].parameters.properties[0].value\': Cannot find field.',
    ],
    [
      { ...HI, generationConfig: { temperature: 'hot' } },
      'Invalid value at \'generation_config.temperature\' (TYPE_FLOAT), "hot"',
    ],
    [
      { ...HI, generationConfig: { maxOutputTokens: 1.5 } },
      "Invalid value at 'generation_config.max_output_tokens' (TYPE_INT32), 1.5",
    ],
    [{ ...HI, toolConfig: { functionCallingConfig: { mode: 'X' } } }, 'FunctionCallingConfig.Mode), "X"'],
    [{}, 'contents is not specified'],
    [{ contents: [{ role: 'system', parts: [{ text: 'x' }] }] }, 'Please use a valid role: user, model.'],
    [{ contents: [{ parts: [] }] }, 'contents.parts must not be empty'],
    [{ contents: [{ parts: [{}] }] }, "required oneof field 'data' must have one initialized field"],
    [
      { contents: [{ parts: [{ inlineData: { mimeType: 'image/bmp', data: 'AAAA' } }] }] },
      'Unsupported MIME type: image/bmp',
    ],
    [
      { contents: [{ parts: [{ functionResponse: { name: 'f', response: {} } }] }] },
      'function response turn comes immediately after a function call turn',
    ],
    [
      {
        contents: [
          ...HI.contents,
          {
            role: 'model',
            parts: [{ functionCall: { name: 'f' }, thoughtSignature: 'skip_thought_signature_validator' }],
          },
          ...HI.contents,
        ],
      },
      'number of function response parts is equal to the number of function call parts',
    ],
    [{ ...HI, generationConfig: { responseSchema: { type: 'OBJECT' } } }, 'only allowed when response_mime_type'],
    [{ ...HI, generationConfig: { stopSequences: ['a', 'b', 'c', 'd', 'e', 'f'] } }, 'at most 5 stop sequences'],
    [
      { ...HI, generationConfig: { thinkingConfig: { thinkingLevel: 'MINIMAL' } } },
      'Thinking level MINIMAL is not supported for this model',
    ],
    [
      { ...ASK, toolConfig: { functionCallingConfig: { mode: 'AUTO', allowedFunctionNames: ['get_weather'] } } },
      'only when mode is ANY or VALIDATED',
    ],
    [{ ...HI, tools: [{ functionDeclarations: [{ name: '1f' }] }] }, 'Invalid function name'],
  ])('refuses %j', async (body, message) => {
    const { status, error } = await generate(body);
    expect(status).toBe(400);
    expect(error.status).toBe('INVALID_ARGUMENT');
    expect(error.message).toContain(message);
  });

  it('names all that is wrong at once', async () => {
    const { error } = await generate({ ...HI, a: 1, b: 2 });
    expect(error.message.split('\n')).toHaveLength(2);
    expect(error.details).toEqual([
      expect.objectContaining({ fieldViolations: [expect.anything(), expect.anything()] }),
    ]);
  });

  it('reads both spellings, and one message for a list', async () => {
    const body = {
      system_instruction: { parts: { text: 'x' } },
      contents: { parts: { text: 'Say: hi' } },
      generation_config: { max_output_tokens: 50 },
    };
    expect((await generate(body)).body.candidates[0]?.content.parts).toMatchObject([{ text: 'hi' }]);
  });

  it('signs calls and wants the signature back', async () => {
    const first = await generate(ASK);
    const content = first.body.candidates[0]?.content;
    expect(content?.parts).toMatchObject([
      {
        functionCall: { name: 'get_weather', args: { city: 'Paris' } },
        thoughtSignature: expect.any(String) as string,
      },
    ]);
    const result = {
      role: 'user',
      parts: [{ functionResponse: { name: 'get_weather', response: { output: 'sunny' } } }],
    };
    const go = (model: object | undefined) => generate({ ...ASK, contents: [...ASK.contents, model, result] });
    expect((await go(content)).body.candidates[0]?.content.parts[0]?.text).toContain('sunny');
    const [part = {}] = content?.parts ?? [];
    const { thoughtSignature: _signature, ...bare } = part;
    expect((await go({ role: 'model', parts: [bare] })).error.message).toContain('missing a thought_signature');
    expect((await go({ role: 'model', parts: [{ ...bare, thoughtSignature: 'AAAA' }] })).error.message).toContain(
      'Invalid thought signature',
    );
  });

  it('streams events whose counts grow, or an array', async () => {
    const path = '/v1beta/models/gemini-2.5-flash:streamGenerateContent';
    const body = { ...HI, generationConfig: { thinkingConfig: { includeThoughts: true } } };
    const events = await ask(`${path}?alt=sse`, body);
    const pieces = events.text
      .trim()
      .split('\n\n')
      .map((frame) => JSON.parse(frame.replace(/^data: /, '')) as Reply['body']);
    expect(pieces[0]?.candidates[0]?.content.parts[0]).toMatchObject({ thought: true });
    expect(pieces.map(({ candidates }) => candidates[0]?.finishReason)).toEqual([
      ...pieces.slice(1).map(() => undefined),
      'STOP',
    ]);
    expect(pieces.at(-1)?.usageMetadata).toMatchObject({ candidatesTokenCount: 1, thoughtsTokenCount: 14 });
    const array = JSON.parse((await ask(path, body)).text) as unknown[];
    expect(array).toHaveLength(pieces.length);
  });

  it('lists its models in pages', async () => {
    const first = await ask('/v1beta/models?pageSize=4');
    expect(first.body['models']).toHaveLength(4);
    const second = await ask(`/v1beta/models?pageSize=4&pageToken=${String(first.body['nextPageToken'])}`);
    expect(second.body['nextPageToken']).toBeUndefined();
    expect((await ask('/v1beta/models/gemini-2.5-pro')).body).toMatchObject({
      name: 'models/gemini-2.5-pro',
      thinking: true,
    });
    expect((await generate(HI, 'gemini-0')).error).toMatchObject({ code: 404, status: 'NOT_FOUND' });
  });

  it('counts tokens, blocks prompts and refuses answers when it is told to', async () => {
    expect((await ask('/v1beta/models/gemini-2.5-pro:countTokens', HI)).body['totalTokens']).toBeGreaterThan(0);
    const blocked = await generate({ contents: [{ parts: [{ text: 'TRIGGER_BLOCK' }] }] });
    expect(blocked.body).toMatchObject({ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } });
    const refused = await generate({ contents: [{ parts: [{ text: 'TRIGGER_SAFETY' }] }] });
    expect(refused.body.candidates[0]?.finishReason).toBe('SAFETY');
  });

  it('fails as it is scripted to', async () => {
    sandbox.script({ kind: 'rate-limit', quota: 'requests', retryAfter: 5 });
    const limited = await generate(HI);
    expect(limited.error).toMatchObject({ code: 429, status: 'RESOURCE_EXHAUSTED' });
    expect(JSON.stringify(limited.error.details)).toContain('"retryDelay":"5s"');
    sandbox.script({ kind: 'stream-error', afterFrames: 1 });
    const cut = await ask('/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse', HI);
    expect(cut.text).toContain('data: {"error":{"code":503');
  });
});
