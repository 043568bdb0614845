import { GatewayError } from '../errors/gateway-error.js';
import { parseJsonBody } from './json-body.js';

const parse = (text: string): unknown => parseJsonBody(Buffer.from(text), true).body;

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
    expect(() => parseJsonBody(Buffer.from([0x22, 0xc3, 0x22]), true)).toThrow('UTF-8');
  });

  it('refuses nesting deeper than 64 levels', () => {
    expect(parse(`${'['.repeat(64)}${']'.repeat(64)}`)).toBeDefined();
    expect(() => parse(`${'['.repeat(65)}${']'.repeat(65)}`)).toThrow('64 levels');
  });

  it('loses no digit', () => {
    const text = '{"seed":12345678901234567890,"x":-0,"y":1e400,"z":0.1,"text":"12345678901234567890"}';
    expect(JSON.stringify(parse(text))).toBe(text);
  });

  it.each(['plain', 'é', '😀', '\u00ff'])('reads %s as it is, with a mark before it and without', (text) => {
    const json = JSON.stringify({ text });
    expect(parse(json)).toEqual({ text });
    expect(parse(`\uFEFF${json}`)).toEqual({ text });
  });

  it('says where it does not parse', () => {
    expect(() => parse('{"a":1,}')).toThrow('position 7');
    expect(() => parse('\uFEFF')).toThrow(GatewayError);
  });

  it('keeps the bytes of a large body alone, and only where they are asked for', () => {
    const small = { messages: [{ role: 'user', content: 'x' }] };
    const large = { messages: [{ role: 'user', content: 'x'.repeat(9_000) }] };
    expect(parseJsonBody(Buffer.from(JSON.stringify(small)), true).source).toBeUndefined();
    expect(parseJsonBody(Buffer.from(JSON.stringify(large)), false).source).toBeUndefined();
    const { body, source } = parseJsonBody(Buffer.from(`\uFEFF${JSON.stringify(large, null, 1)}`), true);
    expect(JSON.parse(String(source?.write(body as typeof large)))).toEqual(large);
  });
});
