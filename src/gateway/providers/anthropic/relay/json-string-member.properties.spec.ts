import * as fc from 'fast-check';
import { withStringMember } from './json-string-member.js';

const spacing = fc.constantFrom(undefined, 1, '\t');

describe('a string member of JSON text', () => {
  it('is the only thing that changes, wherever else its name stands', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.string(),
        fc.string(),
        spacing,
        (rest, old, value, space) => {
          const text = JSON.stringify(
            { inner: { model: old, rest }, list: [{ model: old }], ...rest, model: old },
            null,
            space,
          );
          const before = JSON.parse(text) as object;
          expect(JSON.parse(withStringMember(text, ['model'], value))).toEqual({ ...before, model: value });
        },
      ),
    );
  });

  it('is found below another', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.string(), (other, old, value) => {
        const text = JSON.stringify({ model: old, other, message: { other, model: old } });
        expect(withStringMember(text, ['message', 'model'], value)).toBe(
          JSON.stringify({
            model: old,
            other: JSON.parse(JSON.stringify(other)) as unknown,
            message: { other, model: value },
          }),
        );
      }),
    );
  });

  it.each(['{"model":1}', '{"model":{"model":"a"}}', '["model","a"]', '{}', '"model"'])(
    'is not made up: %s',
    (text) => {
      expect(withStringMember(text, ['model'], 'b')).toBe(text);
    },
  );

  it('is found before a text of many megabytes', () => {
    const text = JSON.stringify({ data: 'a"\\'.repeat(5_000_000), model: 'a' });
    expect(withStringMember(text, ['model'], 'b').endsWith('"model":"b"}')).toBe(true);
  });
});
