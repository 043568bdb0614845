import { startGateway, type TestGateway } from '../support/gateway.js';

const schema = (value: Record<string, unknown>, strict = true) => ({
  type: 'json_schema',
  json_schema: { name: 'answer', strict, schema: value },
});
const PERSON = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};

describe('Structured output', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
  });

  afterAll(() => gateway.close());
  beforeEach(() => gateway.reset());

  it('an answer obeys its schema, whole and streamed', async () => {
    const whole = await gateway.chat({ response_format: schema(PERSON) });
    expect(JSON.parse(whole.choice.message.content ?? '')).toEqual({
      name: expect.any(String),
      age: expect.any(Number),
    });
    const { chunks } = await gateway.chat({ response_format: schema(PERSON), stream: true });
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(text).toBe(whole.choice.message.content);
  });

  it('a schema that strict mode takes goes upstream as it is', async () => {
    const answer = await gateway.chat({ response_format: schema(PERSON) });
    expect(gateway.sentBody.response_format).toEqual(schema(PERSON));
    expect(answer.headers).not.toHaveProperty('x-asbru-transformed-params');
  });

  it('keywords that strict mode lacks become words', async () => {
    const response_format = schema({
      ...PERSON,
      properties: { ...PERSON.properties, mail: { type: 'string', format: 'email' } },
    });
    const answer = await gateway.chat({ response_format });
    expect(answer.status).toBe(200);
    expect(gateway.sentBody.response_format).toMatchObject({
      json_schema: {
        strict: true,
        schema: { properties: { mail: { type: 'string', description: expect.stringContaining('email') } } },
      },
    });
    expect(gateway.sentText).not.toContain('"format":"email"');
    expect(answer.headers['x-asbru-transformed-params']).toBe('response_format.json_schema.schema');
  });

  it.each([
    ['a list of types', { ...PERSON, properties: { name: { type: ['string', 'null'] }, age: { type: 'integer' } } }],
    [
      'a missing additionalProperties',
      { type: 'object', properties: { a: { type: 'object', properties: { b: { type: 'string' } } } } },
    ],
    [
      'definitions',
      {
        ...PERSON,
        properties: { name: { $ref: '#/$defs/n' }, age: { type: 'integer' } },
        $defs: { n: { type: 'string', maxLength: 5 } },
      },
    ],
    ['recursion', { ...PERSON, properties: { name: { $ref: '#' }, age: { type: 'integer' } } }],
    ['a root that is a list', { type: 'array', items: { type: 'string' } }],
    [
      'oneOf',
      {
        ...PERSON,
        properties: { name: { oneOf: [{ type: 'string' }, { type: 'number' }] }, age: { type: 'integer' } },
      },
    ],
    ['nothing', {}],
    [
      'a property named __defineGetter__',
      {
        ...PERSON,
        properties: { __defineGetter__: { type: 'string' }, constructor: { type: 'string' } },
        required: ['constructor'],
      },
    ],
    ['a keyword named constructor', { ...PERSON, constructor: { type: 'string' } }],
  ])('a strict schema with %s is never an upstream 400', async (_, value) => {
    const answer = await gateway.chat({ response_format: schema(value) });
    expect(answer.status).toBe(200);
    expect(gateway.sent).toHaveLength(1);
  });

  it('a schema that is not strict is not touched', async () => {
    const response_format = schema({ type: 'object', properties: { a: { type: 'string', format: 'email' } } }, false);
    expect((await gateway.chat({ response_format })).status).toBe(200);
    expect(gateway.sentBody.response_format).toEqual(response_format);
  });

  it.each([{ type: 'text' }, { type: 'json_object' }])('%j is sent', async (response_format) => {
    expect((await gateway.chat({ response_format })).status).toBe(200);
    expect(gateway.sentBody.response_format).toEqual(response_format);
  });

  it.each([
    [{ type: 'xml' }, 'response_format.type'],
    [{}, 'response_format.type'],
    [{ type: 'json_schema' }, 'response_format.json_schema'],
    [{ type: 'json_schema', json_schema: {} }, 'response_format.json_schema.name'],
    [{ type: 'json_schema', json_schema: { name: 'a b', schema: {} } }, 'response_format.json_schema.name'],
    [{ type: 'json_schema', json_schema: { name: 'a', schema: [] } }, 'response_format.json_schema.schema'],
    [
      { type: 'json_schema', json_schema: { name: 'a', schema: {}, strict: 'yes' } },
      'response_format.json_schema.strict',
    ],
  ])('%j is 400 and named', async (response_format, param) => {
    const answer = await gateway.chat({ response_format });
    expect(answer.status).toBe(400);
    expect(answer.error.param).toBe(param);
    expect(gateway.sent).toHaveLength(0);
  });
});
