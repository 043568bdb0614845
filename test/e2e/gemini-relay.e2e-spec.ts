import { once } from 'node:events';
import type { GenerateContentResponse } from '../../src/gateway/gemini/generate-content.types.js';
import type { UpstreamSandbox } from '../../src/gateway/providers/sandbox/upstream-sandbox.js';
import { Fleet, keyValue } from '../support/fleet.js';

const MODEL = 'gemini-3.8-flash';
const PATH = `/genai/v1beta/models/google/${MODEL}`;
const say = (text: string) => ({ contents: [{ role: 'user', parts: [{ text }] }] });
const THOUGHTS = { generationConfig: { thinkingConfig: { includeThoughts: true } } };

describe('Gemini’s dialect, relayed to a provider that speaks it', () => {
  let fleet: Fleet;
  let upstream: UpstreamSandbox;
  beforeAll(async () => {
    fleet = await Fleet.start({
      providers: { google: { type: 'gemini' }, cerebras: {} },
      settings: {
        models: { aliases: { 'my-gemini': `google/${MODEL}` } },
        routes: { either: { targets: [`google/${MODEL}`, 'cerebras/gpt-oss-120b'] } },
      },
    });
    upstream = fleet.sandbox('google');
  });
  beforeEach(() => fleet.reset());
  afterAll(() => fleet.close());

  async function direct(method: string, body: object): Promise<string> {
    const response = await fetch(`${upstream.url}/v1beta/models/${MODEL}:${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': keyValue('google', 'main') },
      body: JSON.stringify(body),
    });
    return response.text();
  }

  /** What differs from answer to answer of one and the same upstream. */
  const alike = (text: string): string =>
    text
      .replaceAll(/"responseId":\s*"[^"]*"/g, '"responseId":"-"')
      .replaceAll(/"thoughtSignature":\s*"[^"]*"/g, '"thoughtSignature":"-"')
      .replaceAll(/"id":\s*"[^"]*"/g, '"id":"-"');

  const TOOLS = {
    ...say('What is the weather in Paris and London?'),
    tools: [
      {
        function_declarations: [
          { name: 'get_weather', parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } } } },
        ],
      },
    ],
  };

  it.each([
    ['text', say('Tell me of the sea')],
    ['thoughts', { ...say('Tell me of the sea'), ...THOUGHTS }],
    ['functions', TOOLS],
    ['two candidates', { ...say('Tell me of the sea'), generationConfig: { candidateCount: 2, topK: 7 } }],
    ['a blocked prompt', say('TRIGGER_BLOCK')],
    ['a refusal', say('TRIGGER_SAFETY')],
  ])('gives the bytes that came: %s', async (_what, body) => {
    for (const method of ['generateContent', 'streamGenerateContent?alt=sse']) {
      const answer = await fleet.gateway.post(`${PATH}:${method}`, body);
      expect(answer.status).toBe(200);
      expect(alike(answer.text)).toBe(alike(await direct(method, body)));
    }
  });

  it('gives the same pieces as an array', async () => {
    const answer = await fleet.gateway.post(`${PATH}:streamGenerateContent`, say('Tell me of the sea'));
    const expected = await direct('streamGenerateContent', say('Tell me of the sea'));
    expect(alike(JSON.stringify(JSON.parse(answer.text)))).toBe(alike(JSON.stringify(JSON.parse(expected))));
  });

  it.each([1, 7, 64])('gives them however the upstream splits them: %i', async (sizes) => {
    const body = { ...say('Say: 日本語 😀 ñandú'), ...THOUGHTS };
    const expected = alike(await direct('streamGenerateContent?alt=sse', body));
    upstream.script({ kind: 'split', sizes });
    expect(alike((await fleet.gateway.post(`${PATH}:streamGenerateContent?alt=sse`, body)).text)).toBe(expected);
  });

  it.each(['crlf', 'cr'] as const)('gives them with line ends %s', async (lineEnd) => {
    upstream.script({ kind: 'format', lineEnd, noise: true });
    const answer = await fleet.gateway.post(`${PATH}:streamGenerateContent?alt=sse`, say('Say: hi'));
    const texts = answer.text
      .split(/\r\n|\r|\n/)
      .flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6)) as GenerateContentResponse] : []));
    expect(texts.flatMap(({ candidates }) => candidates?.[0]?.content?.parts?.[0]?.text ?? []).join('')).toBe('hi');
  });

  it('sends the body as it came, without what is the gateway’s own, to the model’s own address', async () => {
    const text = `{"generation_config":{"seed":12345678901,"temperature":1.10},"contents":{"parts":{"text":"Say: hi"}},"fallbacks":["cerebras/gpt-oss-120b"],"safetySettings":[{"category":"A","threshold":"B"}]}`;
    await fleet.gateway.call(`${PATH}:generateContent?key=AIza-mine`, {
      body: text,
      headers: { 'x-goog-api-key': 'AIza-mine', 'x-goog-user-project': 'p' },
    });
    const [sent] = fleet.sent('google');
    expect(sent?.url).toBe(`/v1beta/models/${MODEL}:generateContent`);
    expect(sent?.json).toEqual({ ...(JSON.parse(text) as object), fallbacks: undefined });
    expect(sent?.headers).toMatchObject({ 'x-goog-api-key': keyValue('google', 'main') });
    expect(JSON.stringify(sent?.rawHeaders)).not.toContain('mine');
    expect(sent?.headers).not.toHaveProperty('x-goog-user-project');
  });

  it('keeps every digit of the request', async () => {
    const body =
      '{"contents":[{"parts":[{"text":"Say: hi"}]},{"role":"model","parts":[{"functionCall":{"name":"f","args":{"n":12345678901234567890}},"thoughtSignature":"skip_thought_signature_validator"}]},{"parts":[{"functionResponse":{"name":"f","response":{"n":1.000000000000000001}}}]}]}';
    await fleet.gateway.call(`${PATH}:generateContent`, { body });
    expect(fleet.sent('google')[0]?.rawBody.toString()).toBe(body);
  });

  it('says the alias as the model, and changes nothing else', async () => {
    for (const method of ['generateContent', 'streamGenerateContent?alt=sse']) {
      const answer = await fleet.gateway.post(`/genai/v1beta/models/my-gemini:${method}`, say('Say: hi'));
      const expected = alike(await direct(method, say('Say: hi'))).replaceAll(
        /("modelVersion":\s*)"[^"]*"/g,
        '$1"my-gemini"',
      );
      expect(alike(answer.text)).toBe(expected);
      expect(answer.headers['x-asbru-model']).toBe(MODEL);
    }
  });

  it('counts tokens where they are counted', async () => {
    const answer = await fleet.gateway.post(`${PATH}:countTokens`, say('How many?'));
    expect(answer.text).toBe(await direct('countTokens', say('How many?')));
  });

  it('gives the upstream’s own refusal in the dialect', async () => {
    const answer = await fleet.gateway.post(`${PATH}:generateContent`, { ...say('x'), nonsense: 1 });
    expect(answer.json()).toMatchObject({
      error: {
        code: 400,
        status: 'INVALID_ARGUMENT',
        message: 'Invalid JSON payload received. Unknown name "nonsense": Cannot find field.',
      },
    });
  });

  it('hides who refuses whose key', async () => {
    // With a key of its own, because a refused one is put to rest.
    const fresh = await Fleet.start({ providers: { google: { type: 'gemini' } } });
    try {
      fresh.sandbox('google').script({ kind: 'status', status: 403, times: 'always' });
      const answer = await fresh.gateway.post(`${PATH}:generateContent`, say('x'));
      const message = expect.stringContaining('operator must check the key') as string;
      expect(answer.json()).toMatchObject({ error: { code: 502, message } });
    } finally {
      await fresh.close();
    }
  });

  it('falls back to another model by way of chat, and goes on with the first one', async () => {
    const fresh = await Fleet.start({
      providers: { google: { type: 'gemini' }, cerebras: {} },
      settings: { routes: { either: { targets: [`google/${MODEL}`, 'cerebras/gpt-oss-120b'] } } },
    });
    try {
      const path = '/genai/v1beta/models/either:generateContent';
      fresh.sandbox('google').script({ kind: 'html', status: 503, times: 4 });
      const first = await fresh.gateway.post(path, TOOLS);
      expect(first.headers['x-asbru-provider']).toBe('cerebras');
      const [candidate] = (first.json() as GenerateContentResponse).candidates ?? [];
      fresh.reset();
      // The calls of a model without signatures are taken by one that wants them.
      const results = candidate?.content?.parts?.map(({ functionCall: call }) => ({
        functionResponse: { name: call?.name, id: call?.id, response: { output: 'sunny' } },
      }));
      const next = { ...TOOLS, contents: [...TOOLS.contents, candidate?.content, { role: 'user', parts: results }] };
      const second = await fresh.gateway.post(PATH + ':generateContent', next);
      expect(second.text).toContain('sunny');
      expect(second.headers['x-asbru-provider']).toBe('google');
    } finally {
      await fresh.close();
    }
  });

  it.each([
    ['cut', { kind: 'cut', afterFrames: 4 }],
    ['broken', { kind: 'cut', afterFrames: 4, how: 'reset' }],
    ['failing', { kind: 'stream-error', afterFrames: 4 }],
    ['not JSON', { kind: 'extra-frame', afterFrames: 4, data: 'bad-json' }],
  ] as const)('ends a stream that is %s with its error', async (_what, fault) => {
    upstream.script(fault);
    const answer = await fleet.gateway.post(`${PATH}:streamGenerateContent?alt=sse`, {
      ...say('Tell me of the sea'),
      ...THOUGHTS,
    });
    expect(answer.status).toBe(200);
    const last = answer.chunksAs<object>().at(-1);
    expect(last).toMatchObject({
      error: { code: expect.any(Number) as number, message: expect.any(String) as string },
    });
    expect(answer.text).not.toContain('finishReason');
  });

  it('ends a stream that stays open behind its last piece', async () => {
    const piece = { candidates: [{ content: { parts: [{ text: 'hi' }] }, finishReason: 'STOP' }] };
    // Behind the end there may be more: it belongs to the answer as long as it comes.
    const frames = [piece, { usageMetadata: { promptTokenCount: 1, totalTokenCount: 2 } }].map(
      (document) => `data: ${JSON.stringify(document)}\n\n`,
    );
    upstream.script({ kind: 'raw-frames', frames, ending: 'park', headers: { 'content-type': 'text/event-stream' } });
    const answer = await fleet.gateway.post(`${PATH}:streamGenerateContent?alt=sse`, say('Say: hi'));
    expect(answer.text).toBe(frames.join(''));
  });

  it('stops the upstream when the client leaves', async () => {
    upstream.script({ kind: 'stall', afterFrames: 3 });
    const leave = new AbortController();
    const { body } = await fleet.gateway.open(`${PATH}:streamGenerateContent?alt=sse`, {
      body: { ...say('Tell me of the sea'), ...THOUGHTS },
      signal: leave.signal,
    });
    const request = await fleet.arrival('google');
    // Reading ends in the error that leaving is.
    body.on('error', () => undefined);
    await once(body, 'data');
    leave.abort();
    await expect(request.closed).resolves.toBe('aborted');
  });
});
