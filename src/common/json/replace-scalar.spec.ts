import * as fc from 'fast-check';
import { replaceScalar } from './replace-scalar.js';

describe('replaceScalar', () => {
  it.each([
    ['{"model":"a","x":1}', ['model'], '{"model":"B","x":1}'],
    ['{ "x" : {"model":"no"}, "model" : "a" }', ['model'], '{ "x" : {"model":"no"}, "model" : "B" }'],
    ['{"tools":[{"model":"no"}],"model":"a"}', ['model'], '{"tools":[{"model":"no"}],"model":"B"}'],
    ['{"text":"\\"model\\":\\"a\\"","model":"a"}', ['model'], '{"text":"\\"model\\":\\"a\\"","model":"B"}'],
    ['{"text":"model","model":"a"}', ['model'], '{"text":"model","model":"B"}'],
    ['{"model":null}', ['model'], '{"model":"B"}'],
    ['{"a":[1,{"store":1}],"store": false , "b":2}', ['store'], '{"a":[1,{"store":1}],"store": "B" , "b":2}'],
    ['{"response":{"n":-1.5e3}}', ['response', 'n'], '{"response":{"n":"B"}}'],
    ['{"model":["a"]}', ['model'], '{"model":["a"]}'],
    ['["model","a"]', ['model'], '["model","a"]'],
    ['{"model":"x","response":{"model":"a"}}', ['response', 'model'], '{"model":"x","response":{"model":"B"}}'],
    [
      '{"response":{"tool":{"model":"x"},"model":"a"}}',
      ['response', 'model'],
      '{"response":{"tool":{"model":"x"},"model":"B"}}',
    ],
    [
      '{"response":{"id":1},"other":{"model":"a"}}',
      ['response', 'model'],
      '{"response":{"id":1},"other":{"model":"a"}}',
    ],
    ['{"response":"x","model":"a"}', ['response', 'model'], '{"response":"x","model":"a"}'],
  ])('%s at %j', (text, path, expected) => {
    expect(replaceScalar(text, path, 'B')).toBe(expected);
  });

  it('changes what a parse would, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.string(),
        fc.string(),
        fc.nat(4),
        (rest, old, value, space) => {
          const inner = { ...rest, model: old, z: rest };
          const text = JSON.stringify({ a: rest, response: inner, b: { model: 'kept' } }, undefined, space);
          const replaced = replaceScalar(text, ['response', 'model'], value);
          expect(replaced).toBe(
            JSON.stringify({ a: rest, response: { ...inner, model: value }, b: { model: 'kept' } }, undefined, space),
          );
        },
      ),
    );
  });
});
