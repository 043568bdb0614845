import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { CHAT, startGateway, TEXT, type TestGateway, UPSTREAM_KEY } from '../support/gateway.js';
import { RawSocket } from '../support/raw-socket.js';

const PATHS = ['/v1/chat/completions', '/v1/completions'] as const;
const NAMES = (
  'model messages prompt stream stream_options max_tokens max_completion_tokens temperature top_p ' +
  'stop tools tool_choice parallel_tool_calls response_format user n seed logprobs top_logprobs ' +
  'logit_bias reasoning_effort reasoning_format prediction functions function_call service_tier ' +
  'suffix store metadata constructor toString hasOwnProperty then length'
).split(' ');
const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function', 'robot', ''];

const value = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(null, true, false, 0, -1, 1, 1.5, '', 'x', '\ud800', [], {}, [null], [[]], '\u0000'),
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
);
const part = fc.oneof(
  fc.record(
    {
      type: fc.constantFrom('text', 'image_url', 'file', 'refusal', 'input_audio', 'image'),
      text: value,
      image_url: value,
      file: value,
    },
    { requiredKeys: ['type'] },
  ),
  value,
);
const call = fc.record(
  {
    id: fc.oneof(fc.constantFrom('a', 'b'), value),
    type: value,
    function: fc.oneof(fc.record({ name: value, arguments: value }), value),
  },
  { requiredKeys: [] },
);
const message = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      {
        role: fc.constantFrom(...ROLES),
        content: fc.oneof(fc.string(), fc.array(part, { maxLength: 3 }), value),
        name: value,
        tool_calls: fc.oneof(fc.array(call, { maxLength: 3 }), value),
        tool_call_id: fc.oneof(fc.constantFrom('a', 'b'), value),
        reasoning: value,
        refusal: value,
        function_call: value,
      },
      { requiredKeys: ['role', 'content'] },
    ),
  },
  { weight: 1, arbitrary: value },
);
const tool = fc.oneof(
  fc.record({
    type: fc.constantFrom('function', 'custom', 'x'),
    function: fc.oneof(
      fc.record(
        { name: fc.constantFrom('a', 'b', 'a b', ''), parameters: fc.oneof(schema(), value), strict: value },
        { requiredKeys: ['name'] },
      ),
      value,
    ),
  }),
  value,
);

/** JSON schemas, right and wrong. */
function schema(): fc.Arbitrary<unknown> {
  return fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      value,
      fc.record(
        {
          type: fc.constantFrom('string', 'integer', ['string', 'null'], 'x'),
          enum: value,
          format: value,
          pattern: value,
          description: value,
        },
        { requiredKeys: ['type'] },
      ),
      fc.record(
        {
          type: fc.constant('object'),
          properties: fc.oneof(
            fc.dictionary(fc.constantFrom('a', 'constructor', 'é', '$ref'), tie('node'), { maxKeys: 3 }),
            value,
          ),
          required: value,
          additionalProperties: value,
        },
        { requiredKeys: ['type'] },
      ),
      fc.record(
        { type: fc.constant('array'), items: tie('node'), minItems: fc.constantFrom(0, 1, 3, -1, 'x', null) },
        { requiredKeys: ['type', 'items'] },
      ),
      fc.record(
        {
          anyOf: fc.oneof(fc.array(tie('node'), { maxLength: 2 }), value),
          $ref: fc.constantFrom('#', '#/$defs/a', 5),
          $defs: value,
          constructor: value,
        },
        { requiredKeys: [] },
      ),
    ),
  })).node;
}

const body = fc.tuple(
  fc.dictionary(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...NAMES) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    ),
    value,
    { maxKeys: 5 },
  ),
  fc.record(
    {
      messages: fc.array(message, { minLength: 1, maxLength: 4 }),
      tools: fc.array(tool, { maxLength: 3 }),
      response_format: fc.oneof(
        fc.record({
          type: fc.constant('json_schema'),
          json_schema: fc.record({ name: fc.constant('a'), strict: fc.boolean(), schema: schema() }),
        }),
        value,
      ),
      stream: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  fc.constantFrom('gpt-oss-120b', 'qwen-3.8-27b', 'gemma-4-31b', 'zai-glm-4.7', 'llama-3.3-70b'),
);

describe('Fuzz', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway({ env: { ASBRU_MAX_RETRIES: '0' }, sandbox: { keepRequests: 5 } });
  });

  afterAll(() => gateway.close());

  /** 2xx or 4xx in OpenAI's form, with an id of its own, and not a word of the upstream's key. */
  const expectAnswer = async (path: string, content: unknown, headers?: Record<string, string>): Promise<void> => {
    const answer = await gateway.post(path, content, headers);
    const text = answer.text;
    if (answer.status !== 200) {
      if (answer.status < 400 || answer.status >= 500)
        throw new Error(`${answer.status} ${text} for ${String(content).slice(0, 2_000)}`);
      expect(answer.error).toEqual({
        message: expect.any(String),
        type: expect.any(String),
        param: answer.error.param,
        code: expect.anything(),
      });
    } else if (String(answer.headers['content-type']).startsWith('text/event-stream')) {
      if (!answer.endsWithDone)
        throw new Error(`A broken stream for ${String(content).slice(0, 2_000)}: ${text.slice(-500)}`);
    }
    expect(answer.headers['x-request-id']).toEqual(expect.stringMatching(/^req_/));
    expect(text + JSON.stringify(answer.headers)).not.toContain(UPSTREAM_KEY);
  };

  it('bodies of all kinds of members give 2xx or 4xx', async () => {
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(...PATHS), fc.boolean(), async ([members, known, model], path, strict) => {
        const base = path === PATHS[0] ? CHAT : TEXT;
        const content = JSON.stringify({
          ...base,
          ...known,
          ...members,
          ...(members.model === undefined && { model: `cerebras/${model}` }),
        });
        await expectAnswer(path, content, strict ? { 'x-asbru-strict': 'true' } : undefined);
      }),
      { numRuns: 700 },
    );
  }, 60_000);

  it('bodies that are damaged give 2xx or 4xx', async () => {
    const bytes = Buffer.from(
      JSON.stringify({
        ...CHAT,
        stop: ['é😀'],
        tools: [{ type: 'function', function: { name: 'a', parameters: {} } }],
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 4 }),
        fc.nat(bytes.length),
        fc.constantFrom('none', 'gzip', 'broken gzip'),
        async (changes, length, encoding) => {
          const damaged = Buffer.from(bytes);
          for (const [at, byte] of changes) damaged[at] = byte;
          const cut = damaged.subarray(0, length);
          if (encoding === 'none') return expectAnswer(PATHS[0], cut);
          const packed = gzipSync(cut);
          if (encoding === 'broken gzip') packed[packed.length >> 1] = 0;
          await expectAnswer(PATHS[0], packed, { 'content-encoding': 'gzip' });
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);

  it('headers of all kinds give 2xx or 4xx', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'B', '0', ' ', ';', ',', '=', '"', '/', '*', '\u00e9', '%', ':'),
      maxLength: 20,
    });
    const names = [
      'content-type',
      'content-encoding',
      'accept',
      'accept-encoding',
      'x-asbru-strict',
      'x-request-id',
      'authorization',
      'range',
      'if-none-match',
      'traceparent',
      'x-forwarded-for',
      'cookie',
      'origin',
      'x-http-method-override',
      'constructor',
      'x-api-key',
    ];
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...names), text, { maxKeys: 4 }), async (headers) => {
        await expectAnswer(PATHS[0], JSON.stringify(CHAT), headers);
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('requests that are no HTTP are refused, and the next one is answered', async () => {
    const line = fc.string({
      unit: fc.constantFrom('a', 'G', ' ', '\r', '\n', ':', '0', '\u0000', '\u00ff', '/'),
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(
        line,
        fc.constantFrom('', 'GET / HTTP/1.1\r\n', 'POST /v1/completions HTTP/1.1\r\nhost: x\r\n'),
        async (junk, start) => {
          const socket = await RawSocket.open(gateway.port);
          socket.socket.end(Buffer.from(`${start}${junk}\r\n\r\n`, 'latin1'));
          await socket.closed;
          for (const [, status] of socket.text.matchAll(/HTTP\/1\.1 (\d{3})/g)) expect(status).toMatch(/^[24]/);
        },
      ),
      { numRuns: 100 },
    );
    expect((await gateway.chat()).status).toBe(200);
  }, 60_000);

  it('after all that, one request knows nothing of another', async () => {
    gateway.reset();
    const [odd, plain] = await Promise.all([
      gateway.chat({ odd: 1, user: 'x'.repeat(65) }, { 'x-asbru-strict': 'no' }),
      gateway.chat(),
    ]);
    expect(odd.filtered.toSorted()).toEqual(['odd', 'user']);
    expect(plain.headers).not.toHaveProperty('x-asbru-filtered-params');
    expect(({} as Record<string, unknown>).model).toBeUndefined();
  });
});
