import * as fc from 'fast-check';
import { type KeyProblem, scanJson } from './json-scan.js';
import { parseLossless } from './raw-json.js';

const findKeyProblem = (text: string, forbidden?: string): KeyProblem | undefined =>
  scanJson(text, forbidden === undefined ? {} : { forbidden }).problem;

/** A JSON value that remembers its keys as they are written. */
type Written =
  | { readonly kind: 'leaf'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly Written[] }
  | { readonly kind: 'object'; readonly members: ReadonlyArray<readonly [key: string, value: Written]> };

/** A string in one of its spellings: characters may be escaped though they need not be. */
const spelling = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })).map(([plain, escaped]) => {
    const units = plain.split('').map((unit, index) => {
      const hex = unit.charCodeAt(0).toString(16).padStart(4, '0');
      return escaped[index % 4] ? `\\u${hex}` : JSON.stringify(unit).slice(1, -1);
    });
    return `"${units.join('')}"`;
  });

const KEYS = fc.oneof(
  fc.constantFrom('a', 'b', '"', '\\', '\\"', ':', '', 'é', '😀', 'length', '__proto__'),
  fc.string(),
);
const { value: written } = fc.letrec<{ value: Written }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(spelling(fc.oneof(KEYS, fc.constant('{"a":1,"a":2}'))), fc.json({ maxDepth: 0 })).map((text): Written => ({
      kind: 'leaf',
      text,
    })),
    fc.array(tie('value'), { maxLength: 4 }).map((items): Written => ({ kind: 'array', items })),
    fc
      .array(fc.tuple(spelling(KEYS), tie('value')), { maxLength: 12 })
      .map((members): Written => ({ kind: 'object', members })),
  ),
}));

function write(value: Written, space: string): string {
  if (value.kind === 'leaf') return value.text;
  if (value.kind === 'array') return `[${space}${value.items.map((item) => write(item, space)).join(`,${space}`)}]`;
  const members = value.members.map(([key, member]) => `${key}${space}:${space}${write(member, space)}`);
  return `{${members.join(`${space},`)}${space}}`;
}

/** The keys that stand twice in one of the value's objects, found the slow way. */
function duplicatesOf(value: Written): string[] {
  if (value.kind === 'leaf') return [];
  if (value.kind === 'array') return value.items.flatMap(duplicatesOf);
  const keys = value.members.map(([key]) => JSON.parse(key) as string);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  return [...twice, ...value.members.flatMap(([, member]) => duplicatesOf(member))];
}

describe('scanJson', () => {
  it('agrees with a slow reader on any JSON text', () => {
    fc.assert(
      fc.property(written, fc.constantFrom('', ' ', '\n\t', '\r\n  '), (value, space) => {
        const text = write(value, space);
        JSON.parse(text);
        const duplicates = duplicatesOf(value);
        const found = findKeyProblem(text);
        expect({ text, found: found?.kind }).toEqual({ text, found: duplicates.length > 0 ? 'duplicate' : undefined });
        expect([undefined, ...duplicates]).toContain(found?.key);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['{"model":"a","model":"b"}', 'model'],
    [String.raw`{"a":1,"\u0061":2}`, 'a'],
    ['[{"a":{"b":[],"c":{},"b":0}}]', 'b'],
    [`{${Array.from({ length: 50 }, (_, n) => `"k${n}":${n}`).join(',')},"k0":1}`, 'k0'],
    [String.raw`{"a\\":1,"a\\":2}`, 'a\\'],
    ['{"":1,"":2}', ''],
  ])('names the key in %s', (text, key) => {
    expect(findKeyProblem(text)).toEqual({ key, kind: 'duplicate' });
  });

  it.each([
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":"a"}',
    '["a","a"]',
    '"a"',
    '1',
    String.raw`{"a":"\"a\":1,\"a\":2","b":"{\"a\":1"}`,
    '{"a":1,"A":2}',
    '{"constructor":1,"toString":2}',
  ])('finds nothing in %s', (text) => {
    expect(findKeyProblem(text)).toBeUndefined();
  });

  it('finds a forbidden key in any spelling, and not a string that is no key', () => {
    expect(findKeyProblem(String.raw`{"a":{"\u0070":1}}`, 'p')).toEqual({ key: 'p', kind: 'forbidden' });
    expect(findKeyProblem('{"a":"p","b":["p"]}', 'p')).toBeUndefined();
  });

  it('takes time in proportion to the text, whatever is in it', () => {
    const million = 1_000_000;
    for (const text of [`"${'\\\\'.repeat(million)}"`, `"${'\\"'.repeat(million)}"`, `[${'"",'.repeat(million)}0]`]) {
      const from = performance.now();
      expect(findKeyProblem(text)).toBeUndefined();
      // A pass that went over each run of backslashes again would take many minutes.
      expect(performance.now() - from).toBeLessThan(5_000);
    }
  });

  it('knows numbers that a double does not hold, and is not misled by strings', () => {
    const number = fc
      .oneof(
        fc.constantFrom(
          '0',
          '-0',
          '-0.0',
          '-0.5',
          '1e5',
          '1e400',
          '1E-400',
          '12345678901234567890',
          '1.0',
          '-1.5e+300',
        ),
        fc.tuple(fc.maxSafeInteger(), fc.nat(), fc.integer({ min: -400, max: 400 })).map((parts) => parts.join('')),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
        fc.tuple(fc.nat(), fc.nat()).map(([whole, part]) => `${whole}.${part}${part}`),
      )
      .filter((text) => /^-?(0|[1-9]\d*)(\.\d+)?(e[-+]?\d+)?$/i.test(text));
    fc.assert(
      fc.property(fc.array(fc.oneof(number, fc.json({ maxDepth: 0 })), { maxLength: 5 }), (leaves) => {
        const text = `{"a":[${leaves.join(', ')}],"1e999":"-0 12345678901234567890"}`;
        const isRaw = leaves.some((leaf) => JSON.isRawJSON(parseLossless(leaf)));
        expect({ text, isInexact: isRaw && scanJson(text, {}).isInexact }).toEqual({ text, isInexact: isRaw });
      }),
    );
    expect(scanJson('{"a":[1,-1,2.5,123456789012345],"b":"-0 1e999 12345678901234567890"}', {}).isInexact).toBe(false);
  });

  it.each([
    ['[[1]]', 1, true],
    ['[[1]]', 2, false],
    ['{"a":{"b":[]}}', 2, true],
    ['{"a":"[[[[[["}', 1, false],
  ])('knows whether %s is deeper than %i levels: %s', (text, maxDepth, isTooDeep) => {
    expect(scanJson(text, { maxDepth }).isTooDeep).toBe(isTooDeep);
  });

  it("finds where the objects of the document's lists are", () => {
    const text = '{"m" : [ {"a":[{}]} ,\n{"b":"}"}], "n":{"o":[{}]}, "p":[1,[2,[3]]], "q":[], "r":["x"]}';
    const { lists } = scanJson(text, { withLists: true });
    const found = [...lists].map(([name, places]) => [
      name,
      ...places.flatMap((from, at) => (at % 2 === 0 ? [text.slice(from, places[at + 1])] : [])),
    ]);
    expect(found).toEqual([
      ['m', '{"a":[{}]}', '{"b":"}"}'],
      ['p', '[2,[3]]'],
    ]);
    expect(scanJson(`[${text}]`, { withLists: true }).lists.size).toBe(0);
  });
});
