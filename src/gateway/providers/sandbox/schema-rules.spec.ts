import { SANDBOX_MODELS, type SandboxModel } from './sandbox-models.js';
import { type FlatError, SandboxRefusal } from './sandbox-refusal.js';
import { checkStrictSchema, resolveRef, type SchemaParam } from './schema-rules.js';

function modelOf(id: string): SandboxModel {
  const model = SANDBOX_MODELS.get(id);
  if (!model) throw new Error(id);
  return model;
}

function refusalOf(schema: unknown, param: SchemaParam = 'response_format', model = 'gpt-oss-120b'): unknown {
  try {
    checkStrictSchema(schema, param, modelOf(model));
    return undefined;
  } catch (error) {
    if (!(error instanceof SandboxRefusal) || typeof error.body === 'string') throw error;
    const { message, ...rest } = error.body as Partial<FlatError>;
    const usual = { type: 'invalid_request_error', param, code: 'wrong_api_format' };
    return JSON.stringify(rest) === JSON.stringify(usual) ? message : error.body;
  }
}

const object = (properties: object, more: object = {}) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...more,
});

describe('strict schemas', () => {
  it.each([
    [
      'every supported keyword',
      object(
        {
          s: {
            type: 'string',
            title: 'S',
            description: 'd',
            default: 'x',
            enum: ['x', 'y'],
            minLength: 1,
            maxLength: 2,
          },
          n: { type: 'number', minimum: 0, maximum: 9, exclusiveMinimum: -1, exclusiveMaximum: 10, multipleOf: 0.5 },
          u: { anyOf: [{ type: 'null' }, { type: 'boolean' }] },
          c: { const: 'fixed' },
          list: { type: 'array', items: { $ref: '#/$defs/item' } },
          pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false },
        },
        {
          required: ['s'],
          $schema: 'https://json-schema.org/draft/2020-12/schema',
          $defs: { item: object({ a: { type: 'string' } }) },
        },
      ),
    ],
    ['a nullable type, which OpenAI-strict schemas use', object({ a: { type: ['string', 'null'] } })],
    [
      'one definition in two places',
      object({ a: { $ref: '#/$defs/d' }, b: { $ref: '#/$defs/d' } }, { $defs: { d: { type: 'string' } } }),
    ],
    ['properties named like keywords', object({ pattern: { type: 'string' }, format: { type: 'string' } })],
  ])('accepts %s', (_, schema) => {
    expect(refusalOf(schema)).toBeUndefined();
  });

  it('names all unsupported keywords in the shape of the captured message', () => {
    const schema = object({ a: { type: 'array', items: { type: 'string', pattern: '^x' }, minItems: 1 } });
    expect(refusalOf(schema)).toBe("Unsupported JSON schema fields: {'minItems', 'pattern'}");
  });

  it.each([
    'oneOf',
    'allOf',
    'not',
    'if',
    'then',
    'else',
    'dependentRequired',
    'dependentSchemas',
    'patternProperties',
    'unevaluatedProperties',
    'nullable',
    'pattern',
    'format',
    'minItems',
    'maxItems',
    '$anchor',
    'x-unlisted',
  ])('refuses %s', (keyword) => {
    const schema = object({ a: { type: 'string', [keyword]: true } });
    expect(refusalOf(schema)).toBe(`Unsupported JSON schema fields: {'${keyword}'}`);
  });

  it.each([
    ['a root that is an array', { type: 'array', items: { type: 'string' } }, /The root of/],
    ['a root with anyOf', { type: 'object', anyOf: [object({})] }, /The root of/],
    ['an object without additionalProperties:false', { type: 'object', properties: {} }, /additionalProperties/],
    ['a nested object without it', object({ a: { type: 'object', properties: {} } }), /additionalProperties/],
    ['an object without properties', { type: 'object', additionalProperties: false }, /'properties'/],
    ['a required property that is not declared', object({}, { required: ['x'] }), /Required property "x"/],
    ['an array without items', object({ a: { type: 'array' } }), /'items'/],
    ['boolean items', object({ a: { type: 'array', items: true } }), /'items'/],
    ['list items', object({ a: { type: 'array', items: [{ type: 'string' }] } }), /'items'/],
    [
      'prefixItems without items:false',
      object({ a: { type: 'array', prefixItems: [{ type: 'string' }] } }),
      /items: false/,
    ],
    ['an unknown type', object({ a: { type: 'date' } }), /Unsupported JSON schema type/],
    ['a direct recursion', object({ a: { $ref: '#' } }), /Recursive/],
    [
      'a recursive definition',
      object({ a: { $ref: '#/$defs/n' } }, { $defs: { n: object({ next: { $ref: '#/$defs/n' } }) } }),
      /Recursive/,
    ],
    [
      'two definitions that need each other',
      object(
        { a: { $ref: '#/$defs/n' } },
        { $defs: { n: object({ m: { $ref: '#/$defs/m' } }), m: object({ n: { $ref: '#/$defs/n' } }) } },
      ),
      /Recursive/,
    ],
    ['an external reference', object({ a: { $ref: 'https://example.com/s.json' } }), /External/],
    ['a reference to nothing', object({ a: { $ref: '#/$defs/none' } }), /Cannot resolve/],
    ['no schema at all', undefined, /not supported/],
  ])('refuses %s', (_, schema, message) => {
    expect(refusalOf(schema)).toMatch(message);
  });

  it('refuses length limits in strict tools of qwen only', () => {
    const schema = object({ a: { type: 'string', minLength: 1 } });
    expect(refusalOf(schema, 'tools', 'qwen-3.8-27b')).toBe("Unsupported JSON schema fields: {'minLength'}");
    expect(refusalOf(schema, 'tools', 'gpt-oss-120b')).toBeUndefined();
    expect(refusalOf(schema, 'response_format', 'qwen-3.8-27b')).toBeUndefined();
  });

  it.each([
    [
      '501 properties',
      object(Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`p${i}`, {}]))),
      /500 properties/,
    ],
    ['501 enum values', object({ a: { enum: Array.from({ length: 501 }, (_, i) => i) } }), /500 enum/],
    ['5001 characters of names', object({ ['n'.repeat(5001)]: {} }), /5000 characters/],
    [
      'a long enum of long values',
      object({ a: { enum: Array.from({ length: 251 }, (_, i) => `${i}`.padEnd(30, 'x')) } }),
      /7500/,
    ],
    [
      '11 levels',
      Array.from({ length: 11 }).reduce<object>((inner) => object({ a: inner }), { type: 'string' }),
      /depth of 10/,
    ],
  ])('refuses %s', (_, schema, message) => {
    expect(refusalOf(schema)).toMatch(message);
  });

  it('accepts what just fits', () => {
    expect(refusalOf(object({ a: { enum: Array.from({ length: 500 }, (_, i) => i) } }))).toBeUndefined();
    const levels = Array.from({ length: 9 }).reduce<object>((inner) => object({ a: inner }), { type: 'string' });
    expect(refusalOf(levels)).toBeUndefined();
  });

  it('resolves escaped pointers', () => {
    expect(resolveRef({ $defs: { 'a/b~c': 1 } }, '#/$defs/a~1b~0c')).toBe(1);
    expect(resolveRef({ $defs: {} }, '#/$defs/constructor')).toBeUndefined();
  });
});
