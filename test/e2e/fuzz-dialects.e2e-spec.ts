import * as fc from 'fast-check';
import { startGateway, type TestGateway, UPSTREAM_KEY } from '../support/gateway.js';

const MODEL = 'cerebras/gpt-oss-120b';
const RUNS = { numRuns: Number(process.env['ASBRU_FUZZ_RUNS'] ?? 150) };

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

const item = shaped({
  type: fc.constantFrom('message', 'function_call', 'function_call_output', 'reasoning', 'item_reference', 'x'),
  role: fc.constantFrom('user', 'assistant', 'system', 'developer', 'robot'),
  content: fc.oneof(
    text,
    list(
      shaped({ type: fc.constantFrom('input_text', 'output_text', 'input_image', 'refusal'), text, image_url: text }),
    ),
  ),
  id: fc.oneof(fc.constantFrom('msg_1', '\u0000', 'a'.repeat(300)), text),
  call_id: fc.constantFrom('a', 'b'),
  name: fc.constantFrom('f', 'g h'),
  arguments: fc.constantFrom('{}', '{'),
  output: fc.oneof(text, value),
  summary: list(value),
  encrypted_content: text,
});
const RESPONSES = shaped({
  input: fc.oneof(text, list(item)),
  instructions: text,
  previous_response_id: fc.oneof(fc.constantFrom('resp_1', '\u0000', 'a'.repeat(300)), text),
  store: fc.boolean(),
  background: fc.boolean(),
  stream: fc.boolean(),
  include: list(fc.constantFrom('reasoning.encrypted_content', 'x')),
  tools: list(
    shaped({ type: fc.constantFrom('function', 'web_search'), name: fc.constantFrom('f'), parameters: schema }),
  ),
  text: shaped({ format: shaped({ type: fc.constantFrom('json_schema', 'text'), name: text, schema }) }),
  reasoning: shaped({ effort: fc.constantFrom('low', 'x'), summary: fc.constantFrom('auto') }),
  max_output_tokens: fc.integer(),
});

/** Whatever is sent, the caller is told what is wrong with it, in the dialect that he speaks. */
describe('Random requests in every dialect', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.reset());

  /** No bug and no key in the log of what was sent. */
  const expectQuietLog = (): void => {
    const log = gateway.log.lines.join('');
    expect(log).not.toContain('unhandled error');
    expect(log).not.toContain(UPSTREAM_KEY);
  };

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
    expectQuietLog();
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
      expectQuietLog();
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
      expectQuietLog();
    },
  );

  it('POST /v1/responses', async () => {
    await fc.assert(
      fc.asyncProperty(RESPONSES, async (fields) => {
        const given = typeof fields === 'object' && fields !== null ? { model: MODEL, ...fields } : fields;
        const { status, text: answer } = await gateway.post('/v1/responses', given);
        expect(status).toBeLessThan(500);
        if (status !== 200) expect(JSON.parse(answer)).toMatchObject({ error: { message: expect.any(String) } });
      }),
      RUNS,
    );
    expectQuietLog();
  });

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
    expectQuietLog();
  });
});
