import { canonicalJson } from './canonical-json.js';

describe('Canonical JSON', () => {
  it('is that of the examples of RFC 8785', () => {
    const numbers = [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001];
    const string = '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/';
    expect(canonicalJson({ numbers, string, literals: [null, true, false] })).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    // Section 3.2.3: by UTF-16 code units, not by code points.
    const sorted = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect(Object.values(JSON.parse(canonicalJson(Object.entries(sorted))) as object)).toHaveLength(7);
    expect([...canonicalJson(sorted).matchAll(/:(\d)/g)].map(([, digit]) => Number(digit))).toEqual([
      2, 4, 6, 7, 1, 5, 3,
    ]);
  });

  it('refuses what JSON cannot hold', () => {
    for (const value of [Number.NaN, Infinity, undefined, 1n, () => 1]) {
      expect(() => canonicalJson([value])).toThrow(TypeError);
    }
  });
});
