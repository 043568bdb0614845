import { once } from 'node:events';
import type { GenerateContentResponse } from '../../src/gateway/gemini/generate-content.types.js';
import type { Answer } from '../support/answer.js';
import { MODEL, startGateway, type TestGateway, UPSTREAM_KEY } from '../support/gateway.js';

const BASE = `/genai/v1beta/models/${MODEL}`;
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const say = (text: string) => ({ contents: [{ role: 'user', parts: [{ text }] }] });
const WEATHER = {
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } }, required: ['city'] },
};
const whole = (answer: Answer): GenerateContentResponse => JSON.parse(answer.text) as GenerateContentResponse;
const partsOf = (response: GenerateContentResponse | undefined) => response?.candidates?.[0]?.content?.parts ?? [];
const problem = (answer: Answer) =>
  (JSON.parse(answer.text) as { error: { code: number; status: string; message: string; details: object[] } }).error;

describe('Gemini’s dialect, answered by way of chat', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  beforeEach(() => gateway.reset());
  afterAll(() => gateway.close());

  it.each([
    BASE,
    `/v1beta/models/${MODEL}`,
    '/genai/v1beta/models/gpt-oss-120b',
    `/genai/v1beta/models/${MODEL.replace('/', '%2F')}`,
    `/genai/v1beta/models/models/${MODEL}`,
    `/genai/v1beta/${MODEL}`,
    `/genai/v1/models/${MODEL}`,
  ])('answers at %s', async (path) => {
    const answer = await gateway.post(`${path}:generateContent`, say('Say: hello'));
    expect(answer.status).toBe(200);
    expect(whole(answer)).toMatchObject({
      candidates: [{ content: { parts: [{ text: 'hello' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      usageMetadata: {
        promptTokenCount: expect.any(Number) as number,
        thoughtsTokenCount: expect.any(Number) as number,
      },
      modelVersion: path.endsWith(MODEL) || path.includes('%2F') ? MODEL : 'gpt-oss-120b',
    });
    expect(answer.headers).toMatchObject({ 'x-asbru-provider': 'cerebras', 'x-asbru-model': 'gpt-oss-120b' });
  });

  it('leaves OpenAI’s list of models alone', async () => {
    expect(((await gateway.get('/v1/models')).json() as { object: string }).object).toBe('list');
    expect((await gateway.post('/v1/models/x:generateContent', say('x'))).status).toBe(405);
  });

  it('streams events, and ends without a mark', async () => {
    const answer = await gateway.post(`${BASE}:streamGenerateContent?alt=sse`, {
      ...say('Tell me of the sea'),
      generationConfig: { thinkingConfig: { includeThoughts: true } },
    });
    expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const pieces = answer.chunksAs<GenerateContentResponse>();
    expect(answer.text).not.toContain('[DONE]');
    expect(partsOf(pieces[0])).toEqual([{ text: expect.any(String) as string, thought: true }]);
    const ends = pieces.map(({ candidates }) => candidates?.[0]?.finishReason);
    expect(ends).toEqual([...ends.slice(1).map(() => undefined), 'STOP']);
    expect(pieces.at(-1)?.usageMetadata?.totalTokenCount).toBeGreaterThan(0);
    expect(new Set(pieces.map(({ modelVersion }) => modelVersion))).toEqual(new Set([MODEL]));
  });

  it('streams one array of JSON without alt=sse', async () => {
    const answer = await gateway.post(`${BASE}:streamGenerateContent`, say('Tell me of the sea'));
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    const pieces = JSON.parse(answer.text) as GenerateContentResponse[];
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.at(-1)?.candidates?.[0]?.finishReason).toBe('STOP');
  });

  it('says the same whole and streamed', async () => {
    const body = say('Tell me of the sea');
    const one = partsOf(whole(await gateway.post(`${BASE}:generateContent`, body)));
    const streamed = (
      await gateway.post(`${BASE}:streamGenerateContent?alt=sse`, body)
    ).chunksAs<GenerateContentResponse>();
    expect(
      streamed
        .flatMap(partsOf)
        .map(({ text }) => text)
        .join(''),
    ).toBe(one.map(({ text }) => text).join(''));
  });

  it.each(['generateContent', 'streamGenerateContent?alt=sse'])(
    'goes round a loop of functions with %s',
    async (method) => {
      const body = { ...say('What is the weather in Paris and London?'), tools: [{ functionDeclarations: [WEATHER] }] };
      const first = await gateway.post(`${BASE}:${method}`, body);
      const pieces = method.startsWith('stream') ? first.chunksAs<GenerateContentResponse>() : [whole(first)];
      const calls = pieces.flatMap(partsOf).filter(({ functionCall }) => functionCall);
      expect(calls.map(({ functionCall }) => functionCall?.args)).toEqual([{ city: 'Paris' }, { city: 'London' }]);
      const results = calls.map(({ functionCall: call }) => ({
        functionResponse: { name: call?.name, response: { output: `sunny in ${String(call?.args?.city)}` } },
      }));
      const second = await gateway.post(`${BASE}:generateContent`, {
        ...body,
        // Without ids, as older clients send them: matched by name and order.
        contents: [
          ...body.contents,
          {
            role: 'model',
            parts: calls.map(({ functionCall: call }) => ({ functionCall: { name: call?.name, args: call?.args } })),
          },
          { role: 'user', parts: results },
        ],
      });
      expect(partsOf(whole(second))[0]?.text).toContain('sunny in Paris and sunny in London');
    },
  );

  it('makes structured output of any root', async () => {
    const ask = async (responseSchema: object) => {
      const answer = await gateway.post(`${BASE}:generateContent`, {
        ...say('Name cities'),
        generationConfig: { responseMimeType: 'application/json', responseSchema },
      });
      return JSON.parse(partsOf(whole(answer))[0]?.text ?? '') as unknown;
    };
    const city = {
      type: 'OBJECT',
      properties: { name: { type: 'STRING' }, size: { type: 'INTEGER', nullable: true } },
      required: ['name', 'size'],
    };
    expect(await ask(city)).toEqual({ name: expect.any(String) as string, size: expect.anything() as number });
    expect(await ask({ type: 'ARRAY', items: city })).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: expect.any(String) as string })]),
    );
  });

  it('shows images', async () => {
    const parts = [{ text: 'What is this?' }, { inline_data: { mime_type: 'image/png', data: PNG } }];
    const answer = await gateway.post('/genai/v1beta/models/qwen-3.8-27b:generateContent', { contents: { parts } });
    expect(answer.status).toBe(200);
    expect(gateway.sentText).toContain(`data:image/png;base64,${PNG}`);
  });

  it('names by the caller’s own places what it cannot send, or refuses it for who is strict', async () => {
    const body = {
      ...say('x'),
      generationConfig: { topK: 4, thinkingConfig: { thinkingBudget: 0 } },
      safetySettings: [],
      x_new: 1,
    };
    const answer = await gateway.post(`${BASE}:generateContent`, body);
    expect(answer.filtered).toEqual([
      'generationConfig.topK',
      'safetySettings',
      'x_new',
      'generationConfig.thinkingConfig',
    ]);
    const strict = await gateway.post(`${BASE}:generateContent`, body, { 'x-asbru-strict': 'true' });
    expect(problem(strict)).toMatchObject({ code: 400, status: 'INVALID_ARGUMENT' });
    expect(strict.text).toContain('"field":"generationConfig.topK"');
  });

  it.each([
    [{}, 'contents'],
    [{ contents: [] }, 'contents'],
    [{ contents: [{ parts: 'x' }] }, 'contents[0].parts'],
    [{ contents: [{ role: 'robot', parts: [{ text: 'x' }] }] }, 'contents[0].role'],
    [{ ...say('x'), generationConfig: { temperature: 'hot' } }, 'generationConfig.temperature'],
    [{ ...say('x'), tools: [{ googleSearch: {} }] }, 'tools[0].googleSearch'],
    [
      {
        contents: [
          { parts: [{ text: 'a' }] },
          { parts: [{ inlineData: { mimeType: 'application/pdf', data: 'AAAA' } }] },
        ],
      },
      'contents[1]',
    ],
  ])('refuses %j by its place', async (body, field) => {
    const answer = await gateway.post(`${BASE}:generateContent`, body);
    expect(answer.status).toBe(400);
    expect(problem(answer).status).toBe('INVALID_ARGUMENT');
    expect(answer.text).toContain(`"field":"${field}"`);
    expect(gateway.sent).toHaveLength(0);
  });

  it('answers what is no JSON, no model, no method and no route in its own form', async () => {
    expect(problem(await gateway.call(`${BASE}:generateContent`, { body: '{' })).code).toBe(400);
    expect(problem(await gateway.call(`${BASE}:countTokens`, { body: '{' })).code).toBe(400);
    expect(problem(await gateway.post('/genai/v1beta/models/gpt-oss-12b:generateContent', say('x')))).toMatchObject({
      code: 404,
      status: 'NOT_FOUND',
      message: expect.stringContaining("Did you mean 'cerebras/gpt-oss-120b'?") as string,
    });
    expect(problem(await gateway.get(`${BASE}:generateContent`)).code).toBe(405);
    expect(problem(await gateway.post(`${BASE}:embedContent`, say('x'))).code).toBe(405);
    expect(problem(await gateway.get('/genai/nothing')).code).toBe(404);
  });

  it('says when to come back', async () => {
    gateway.sandbox.script({ kind: 'rate-limit', quota: 'tokens', retryAfter: 7, times: 'always' });
    const answer = await gateway.post(`${BASE}:generateContent`, say('x'));
    expect(problem(answer)).toMatchObject({ code: 429, status: 'RESOURCE_EXHAUSTED' });
    expect(answer.headers['retry-after']).toBe('7');
    expect(answer.text).toContain('"retryDelay":"7s"');
  });

  it.each([
    [
      'streamGenerateContent?alt=sse',
      (text: string) =>
        text
          .trim()
          .split('\n\n')
          .map((frame) => JSON.parse(frame.slice(6)) as unknown),
    ],
    ['streamGenerateContent', (text: string) => JSON.parse(text) as unknown[]],
  ])('ends %s with its error when the stream breaks, and with nothing that looks like an end', async (method, read) => {
    gateway.sandbox.script({ kind: 'cut', afterFrames: 20 });
    const answer = await gateway.post(`${BASE}:${method}`, {
      ...say('Tell me of the sea'),
      generationConfig: { thinkingConfig: { includeThoughts: true } },
    });
    expect(answer.status).toBe(200);
    const pieces = read(answer.text);
    expect(pieces.at(-1)).toMatchObject({ error: { code: 502, status: 'UNAVAILABLE' } });
    expect(answer.text).not.toContain('finishReason');
  });

  it('stops the upstream when the client leaves', async () => {
    const leave = new AbortController();
    gateway.sandbox.script({ kind: 'stall', afterFrames: 6 });
    const { body } = await gateway.open(`${BASE}:streamGenerateContent?alt=sse`, {
      body: { ...say('Tell me of the sea'), generationConfig: { thinkingConfig: { includeThoughts: true } } },
      signal: leave.signal,
    });
    const request = await gateway.arrival();
    // Reading ends in the error that leaving is.
    body.on('error', () => undefined);
    await once(body, 'data');
    leave.abort();
    await expect(request.closed).resolves.toBe('aborted');
  });

  it('keeps the key of the address out of the log, and its own out of every answer', async () => {
    const answer = await gateway.post(`${BASE}:generateContent?key=AIza-of-the-caller`, say('Say: hi'), {
      'x-goog-api-key': 'AIza-too',
    });
    const refused = await gateway.post('/genai/v1beta/nothing?key=AIza-of-the-caller', say('x'));
    await gateway.log.lineOf(refused.headers['x-request-id']);
    await gateway.log.lineOf(answer.headers['x-request-id']);
    const log = gateway.log.lines.join('');
    for (const text of [
      answer.text,
      refused.text,
      log,
      JSON.stringify(gateway.sent.map(({ url, rawHeaders }) => [url, rawHeaders])),
    ]) {
      expect(text).not.toContain('AIza-');
    }
    expect(answer.text + JSON.stringify(answer.headers)).not.toContain(UPSTREAM_KEY);
  });

  it('counts tokens without asking anybody', async () => {
    const answer = await gateway.post(`${BASE}:countTokens`, {
      generateContentRequest: { ...say('How many are these?'), tools: [] },
    });
    expect(answer.json()).toEqual({ totalTokens: expect.any(Number) as number });
    expect(gateway.sent).toHaveLength(0);
  });

  it('lists models in pages, and shows one', async () => {
    const names: string[] = [];
    let token = '';
    do {
      const page = (await gateway.get(`/genai/v1beta/models?pageSize=3&pageToken=${token}`)).json() as {
        models: Array<{ name: string }>;
        nextPageToken?: string;
      };
      expect(page.models.length).toBeLessThanOrEqual(3);
      names.push(...page.models.map(({ name }) => name));
      token = page.nextPageToken ?? '';
    } while (token !== '');
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain(`models/${MODEL}`);
    expect((await gateway.get(`/genai/v1beta/models/${MODEL}`)).json()).toMatchObject({
      name: `models/${MODEL}`,
      inputTokenLimit: 131_072,
      thinking: true,
    });
    expect((await gateway.get('/genai/v1beta/models?pageToken=x')).status).toBe(400);
    expect(problem(await gateway.get('/genai/v1beta/models/none')).code).toBe(404);
  });
});
