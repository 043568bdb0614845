import { toJsonSchema } from './openapi-schema.js';

describe('Gemini’s Schema as JSON Schema', () => {
  it.each([
    ['types', { type: 'STRING', format: 'date-time' }, { type: 'string', format: 'date-time' }],
    ['an unspecified type', { type: 'TYPE_UNSPECIFIED', description: 'x' }, { description: 'x' }],
    ['nullable', { type: 'INTEGER', nullable: true }, { type: ['integer', 'null'] }],
    [
      'a nullable enumeration',
      { type: 'STRING', enum: ['a'], nullable: true },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    [
      'a nullable choice',
      { anyOf: [{ type: 'STRING' }], nullable: true },
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
    ],
    ['not nullable', { type: 'STRING', nullable: false }, { type: 'string' }],
    [
      'counts',
      { type: 'ARRAY', items: { type: 'NUMBER' }, minItems: '1', max_items: '3' },
      { type: 'array', items: { type: 'number' }, minItems: 1, maxItems: 3 },
    ],
    [
      'an enumeration of numbers',
      { type: 'INTEGER', format: 'enum', enum: ['1', '2'] },
      { type: 'integer', enum: [1, 2] },
    ],
    ['an example', { type: 'STRING', example: 'x' }, { type: 'string', examples: ['x'] }],
    ['nulls of clients', { type: 'STRING', items: null, enum: null }, { type: 'string' }],
  ])('says %s', (_what, schema, expected) => {
    expect(toJsonSchema(schema)).toEqual(expected);
  });

  it('keeps the names of properties, and orders them', () => {
    const schema = {
      type: 'OBJECT',
      properties: { type: { type: 'STRING' }, nullable: { type: 'BOOLEAN' } },
      propertyOrdering: ['nullable', 'type', 'gone'],
      required: ['type'],
    };
    const read = toJsonSchema(schema) as { properties: object };
    expect(read).toEqual({
      type: 'object',
      properties: { nullable: { type: 'boolean' }, type: { type: 'string' } },
      required: ['type'],
    });
    expect(Object.keys(read.properties)).toEqual(['nullable', 'type']);
  });

  it('leaves a JSON Schema as it is', () => {
    const schema = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/a' }, b: { type: ['string', 'null'], const: null } },
      $defs: { a: { oneOf: [{ type: 'string' }, { enum: [1, null] }] } },
      additionalProperties: false,
    };
    expect(toJsonSchema(schema)).toEqual(schema);
  });
});
