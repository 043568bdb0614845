import * as fc from 'fast-check';
import { startGateway, type TestGateway, UPSTREAM_KEY } from '../support/gateway.js';

const MODEL = 'cerebras/gpt-oss-120b';
const RUNS = { numRuns: 150 };

const value = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(null, true, false, 0, -1, 1, 1.5, '', 'x', '\ud800', [], {}, [null], [[]], '\u0000'),
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }) },
);
/** Objects with some of the names, each with a value that may be right. */
function shaped(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> {
  const mixed = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      fc.oneof({ weight: 4, arbitrary: field }, { weight: 1, arbitrary: value }),
    ]),
  );
  return fc.oneof({ weight: 6, arbitrary: fc.record(mixed, { requiredKeys: [] }) }, { weight: 1, arbitrary: value });
}
const list = (item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.array(item, { maxLength: 3 });
const text = fc.string({ unit: 'binary', maxLength: 12 });
const schema = shaped({
  type: fc.constantFrom('object', 'OBJECT', 'string', ['string', 'null']),
  properties: fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor'), value, { maxKeys: 2 }),
  required: list(fc.constantFrom('a', 'b')),
});

const source = shaped({
  type: fc.constantFrom('base64', 'url', 'file', 'text'),
  media_type: fc.constantFrom('image/png', 'application/pdf', 'text/plain'),
  data: fc.constantFrom('aGk=', '%%%'),
  url: fc.constantFrom('http://169.254.169.254/latest', 'https://a.example/x.png', 'file:///etc/passwd'),
});
const block = shaped({
  type: fc.constantFrom('text', 'image', 'document', 'tool_use', 'tool_result', 'thinking', 'redacted_thinking', 'x'),
  text,
  source,
  id: fc.constantFrom('a', 'b'),
  tool_use_id: fc.constantFrom('a', 'b'),
  name: fc.constantFrom('f', 'g h'),
  input: value,
  content: fc.oneof(text, list(shaped({ type: fc.constantFrom('text', 'image'), text, source }))),
  is_error: fc.boolean(),
  thinking: text,
  signature: text,
});
const MESSAGES = shaped({
  max_tokens: fc.constantFrom(1, 64, 200_000),
  messages: list(
    shaped({ role: fc.constantFrom('user', 'assistant', 'system'), content: fc.oneof(text, list(block)) }),
  ),
  system: fc.oneof(text, list(block)),
  tools: list(
    shaped({ name: fc.constantFrom('f', 'g'), input_schema: schema, type: fc.constantFrom('custom', 'bash_1') }),
  ),
  tool_choice: shaped({ type: fc.constantFrom('auto', 'any', 'tool', 'none'), name: fc.constantFrom('f', 'z') }),
  stop_sequences: list(text),
  thinking: shaped({ type: fc.constantFrom('enabled', 'adaptive', 'disabled'), budget_tokens: fc.integer() }),
  output_config: shaped({ effort: fc.constantFrom('low', 'max'), format: shaped({ schema }) }),
  metadata: shaped({ user_id: text }),
  stream: fc.boolean(),
});

const part = shaped({
  text,
  inlineData: shaped({ mimeType: fc.constantFrom('image/png', 'audio/wav'), data: fc.constantFrom('aGk=', '%') }),
  fileData: shaped({ fileUri: fc.constantFrom('http://127.0.0.1/x', 'gs://a/b') }),
  functionCall: shaped({ id: text, name: fc.constantFrom('f', 'g'), args: value }),
  functionResponse: shaped({ id: text, name: fc.constantFrom('f', 'g'), response: value }),
  thought: fc.boolean(),
  thoughtSignature: text,
});
const GENERATE = shaped({
  contents: fc.oneof(text, list(shaped({ role: fc.constantFrom('user', 'model', 'function'), parts: list(part) }))),
  systemInstruction: shaped({ parts: list(part) }),
  tools: list(shaped({ functionDeclarations: list(shaped({ name: fc.constantFrom('f', 'g'), parameters: schema })) })),
  toolConfig: shaped({ functionCallingConfig: shaped({ mode: fc.constantFrom('AUTO', 'ANY', 'NONE') }) }),
  generationConfig: shaped({
    stopSequences: list(text),
    responseSchema: schema,
    responseMimeType: fc.constantFrom('application/json', 'text/plain'),
    candidateCount: fc.integer(),
    maxOutputTokens: fc.integer(),
    thinkingConfig: shaped({ thinkingBudget: fc.integer(), includeThoughts: fc.boolean() }),
  }),
});

const EMBEDDINGS = shaped({
  model: fc.constantFrom(MODEL, 'openai/x', '../x', 'http://evil.example/v1'),
  input: fc.oneof(text, list(text)),
});

/** Whatever is sent, the caller is told what is wrong with it, in the dialect that he speaks. */
describe('Random requests in every dialect', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());
  afterEach(() => {
    const log = gateway.log.lines.join('');
    expect(log).not.toContain('unhandled error');
    expect(log).not.toContain(UPSTREAM_KEY);
    gateway.reset();
  });

  it.each([
    ['POST /v1/messages', MESSAGES, '/v1/messages'],
    ['POST /v1/messages/count_tokens', MESSAGES, '/v1/messages/count_tokens'],
  ] as const)('%s', async (_name, body, path) => {
    await fc.assert(
      fc.asyncProperty(body, async (fields) => {
        const given = typeof fields === 'object' && fields !== null ? { model: MODEL, ...fields } : fields;
        const { status, text: answer } = await gateway.post(path, given);
        expect(status).toBeLessThan(500);
        if (status !== 200)
          expect(JSON.parse(answer)).toMatchObject({ type: 'error', error: { type: expect.any(String) } });
      }),
      RUNS,
    );
  });

  it.each(['generateContent', 'streamGenerateContent', 'streamGenerateContent?alt=sse', 'countTokens'])(
    'POST :%s',
    async (method) => {
      await fc.assert(
        fc.asyncProperty(GENERATE, async (body) => {
          const { status, text: answer } = await gateway.post(`/genai/v1beta/models/gpt-oss-120b:${method}`, body);
          expect(status).toBeLessThan(500);
          if (status !== 200) expect(JSON.parse(answer)).toMatchObject({ error: { code: status } });
        }),
        RUNS,
      );
    },
  );

  it.each(['embeddings', 'images/generations', 'audio/speech', 'moderations', 'audio/transcriptions', 'files'])(
    'POST /v1/%s without a provider that has it',
    async (operation) => {
      await fc.assert(
        fc.asyncProperty(EMBEDDINGS, async (body) => {
          const { status, text: answer } = await gateway.post(`/v1/${operation}`, body);
          expect(status).toBe(400);
          expect(JSON.parse(answer)).toMatchObject({ error: { type: 'UnsupportedOperationError' } });
        }),
        { numRuns: 40 },
      );
    },
  );

  it('GET, DELETE and POST of stored responses by any id', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.constantFrom('resp_1', '..', '%2e%2e', "' or 1=1", '\u0000', 'resp_'.repeat(90)), text),
        fc.constantFrom('', '/input_items', '/cancel'),
        async (id, tail) => {
          const path = `/v1/responses/${encodeURIComponent(id.toWellFormed())}${tail}`;
          for (const method of tail === '/cancel' ? (['POST'] as const) : (['GET', 'DELETE'] as const)) {
            const { status } = await gateway.call(path, { method });
            expect([400, 404, 405, 414]).toContain(status);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
