import * as fc from 'fast-check';
import { BodySource } from './body-source.js';
import { scanJson } from './json-scan.js';

type Document = Record<string, unknown>;

function parsed(text: string): { document: Document; source: BodySource } {
  const document = JSON.parse(text) as Document;
  const { lists } = scanJson(text, { withLists: true });
  return { document, source: new BodySource(Buffer.from(text), text, document, lists) };
}

const TEXTS = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('"', '\\', '}],[{', '\n', 'é', '😀'));
const NAMES = fc.oneof(fc.constantFrom('messages', 'tools', '7', '"', 'é'), fc.string());
const ELEMENTS = fc.oneof(
  fc.record({ role: TEXTS, content: fc.oneof(TEXTS, fc.array(fc.record({ text: TEXTS }), { maxLength: 2 })) }),
  fc.array(TEXTS, { maxLength: 2 }),
  fc.oneof({ weight: 1, arbitrary: TEXTS }, { weight: 1, arbitrary: fc.integer() }),
);
const DOCUMENTS = fc.dictionary(
  NAMES,
  fc.oneof({ weight: 3, arbitrary: fc.array(ELEMENTS, { maxLength: 6 }) }, { weight: 1, arbitrary: fc.jsonValue() }),
  { maxKeys: 5, noNullPrototype: true },
);
/** What becomes of a list's elements: the same, another one in its place, gone, or twice. */
const EDITS = fc.array(fc.constantFrom('keep', 'keep', 'keep', 'replace', 'drop', 'repeat'), { maxLength: 6 });

describe('BodySource', () => {
  it('writes what JSON.stringify writes, whatever became of the elements', () => {
    fc.assert(
      fc.property(DOCUMENTS, EDITS, fc.boolean(), fc.constantFrom(undefined, 1), (given, edits, reversed, space) => {
        const { document, source } = parsed(JSON.stringify(given, null, space));
        for (const [name, value] of Object.entries(document)) {
          if (!Array.isArray(value)) continue;
          const edited = value.flatMap((element: unknown, index) => {
            const edit = edits[index] ?? 'keep';
            if (edit === 'replace') return [{ replaced: element }];
            return edit === 'drop' ? [] : edit === 'repeat' ? [element, element] : [element];
          });
          document[name] = reversed ? edited.toReversed() : edited;
        }
        const changed = { first: undefined, ...document, last: [undefined, 1] };
        const written = source.write(changed).toString();
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(changed)));
        expect(Object.keys(JSON.parse(written) as object)).toEqual(
          Object.keys(JSON.parse(JSON.stringify(changed)) as object),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('copies what has not changed character for character, runs of it at once', () => {
    const text = String.raw`{"model":"a","messages":[{ "content" : "\u0061é" }, {"n":1.0},{"n":1e2}]}`;
    const { document, source } = parsed(text);
    const [one, two, three] = document['messages'] as object[];
    const written = (messages: unknown[]): string => source.write({ model: 'b', messages }).toString();
    expect(written([one, two, three])).toBe(text.replace('"a"', '"b"'));
    expect(written([{ n: 0 }, two, three])).toBe('{"model":"b","messages":[{"n":0},{"n":1.0},{"n":1e2}]}');
    expect(written([three, one])).toBe(String.raw`{"model":"b","messages":[{"n":1e2},{ "content" : "\u0061é" }]}`);
  });

  it('is not misled by a list that was changed in its place', () => {
    const { document, source } = parsed('{"messages":[{"n":1},{"n":2}]}');
    const messages = document['messages'] as object[];
    messages.unshift({ n: 0 });
    expect(source.write({ messages }).toString()).toBe('{"messages":[{"n":0},{"n":1},{"n":2}]}');
  });

  it('writes an empty object', () => {
    expect(parsed('{"messages":[{}]}').source.write({}).toString()).toBe('{}');
  });
});
