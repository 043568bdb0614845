import * as fc from 'fast-check';
import { readEvent, renamed } from './event-reader.js';

describe('The name of the model in a piece', () => {
  it('is the only thing that changes', () => {
    const piece =
      '{"candidates":[{"content":{"parts":[{"functionCall":{"args":{"modelVersion":"mine"}}}]}}], "modelVersion" : "gemini-x","n":1.10}';
    expect(renamed(piece, 'a"b')).toBe(piece.replace('"gemini-x"', String.raw`"a\"b"`));
  });

  it('is that of the outermost object, whatever the rest says', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('modelVersion', 'a', '"modelVersion":"'), fc.jsonValue()),
        fc.string(),
        (rest, name) => {
          const json = JSON.stringify({
            nested: { ...rest, modelVersion: 'inner' },
            text: '"modelVersion":"x"',
            modelVersion: 'outer',
          });
          expect(JSON.parse(renamed(json, name))).toEqual({ ...(JSON.parse(json) as object), modelVersion: name });
        },
      ),
    );
  });

  it('stays away where there is none', () => {
    expect(renamed('{"a":{"modelVersion":"x"}}', 'm')).toBe('{"a":{"modelVersion":"x"}}');
  });
});

describe('A piece of a stream', () => {
  it.each(['{"a":', '[]', '"x"'])('is refused when it is %s', (data) => {
    expect(() => readEvent(data, 'gemini')).toThrow(expect.objectContaining({ code: 'upstream_invalid_response' }));
  });
});
