import { GatewayError } from '../errors/gateway-error.js';
import { parseJsonBody } from './json-body.js';

const parse = (text: string): unknown => parseJsonBody(Buffer.from(text));

describe('parseJsonBody', () => {
  it.each([
    '{"__proto__":{}}',
    '{"a":{"__proto__" : 1}}',
    String.raw`{"__pr\u006fto__":{}}`,
    String.raw`{"\u005F_proto_\u005f":{}}`,
    String.raw`[{"\u005f\u005f\u0070\u0072\u006F\u0074\u006f\u005f\u005f":null}]`,
  ])('refuses the key __proto__ in %s', (text) => {
    expect(() => parse(text)).toThrow(GatewayError);
  });

  it.each([
    '{"a":"__proto__"}',
    String.raw`{"a":"\"__proto__\": 1"}`,
    '["__proto__"]',
    '{"__PROTO__":1}',
    '{"proto":1}',
  ])('takes %s, where it is no key', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['{"model":"a","model":"a"}', "'model' twice"],
    [String.raw`{"a":[{"b":1,"\u0062":2}]}`, "'b' twice"],
    [`{"${'k'.repeat(1_000)}":1,"${'k'.repeat(1_000)}":2}`, `'${'k'.repeat(64)}' twice`],
  ])('refuses a key that stands twice in %s', (text, words) => {
    expect(() => parse(text)).toThrow(words);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseJsonBody(Buffer.from([0x22, 0xc3, 0x22]))).toThrow('UTF-8');
  });

  it('refuses nesting deeper than 64 levels', () => {
    expect(parse(`${'['.repeat(64)}${']'.repeat(64)}`)).toBeDefined();
    expect(() => parse(`${'['.repeat(65)}${']'.repeat(65)}`)).toThrow('64 levels');
  });
});
