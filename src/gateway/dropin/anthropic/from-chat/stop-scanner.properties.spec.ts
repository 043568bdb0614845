import * as fc from 'fast-check';
import { StopScanner } from './stop-scanner.js';

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });
const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 3 }), {
  maxLength: 3,
});

/** The same by looking at every beginning of the text: a model stops as soon as a stop sequence is complete. */
function cut(text: string, given: readonly string[]): { text: string; found: string | undefined } {
  for (let end = 1; end <= text.length; end++) {
    const ending = given.filter((stop) => text.slice(0, end).endsWith(stop));
    const [found] = ending.toSorted((a, b) => b.length - a.length);
    if (found !== undefined) return { text: text.slice(0, end - found.length), found };
  }
  return { text, found: undefined };
}

describe('a stop scanner', () => {
  it('gives what comes before the first stop sequence, however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 6 }), stops, (pieces, given) => {
        const scanner = new StopScanner(given);
        let seen = pieces.map((piece) => scanner.push(piece)).join('');
        if (scanner.found === undefined) seen += scanner.flush();
        const expected = cut(pieces.join(''), given);
        expect({ text: seen, found: scanner.found }).toEqual(expected);
      }),
    );
  });

  it('holds back no more than what may become one', () => {
    const scanner = new StopScanner(['\n\nHuman:']);
    expect(scanner.push('Hello\n')).toBe('Hello');
    expect(scanner.push('World')).toBe('\nWorld');
  });
});
