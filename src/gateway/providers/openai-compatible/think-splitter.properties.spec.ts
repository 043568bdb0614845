import { array, assert, constantFrom, nat, pre, property, string } from 'fast-check';
import { ThinkSplitter } from './think-splitter.js';

function split(pieces: readonly string[]): { thought: string; text: string } {
  const splitter = new ThinkSplitter();
  const all = [...pieces.map((piece) => splitter.push(piece)), splitter.end()];
  return { thought: all.map(({ thought }) => thought).join(''), text: all.map(({ text }) => text).join('') };
}

/** The text cut at any places. */
function cutAt(text: string, cuts: readonly number[]): string[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...places].map((from, i) => text.slice(from, places[i] ?? text.length));
}

const WORDS = array(constantFrom('<', 't', 'think', '>', '/', '<think>', '</think>', '\n', ' ', 'a', '😀'), {
  maxLength: 12,
});
const CUTS = array(nat(200), { maxLength: 8 });

describe('reasoning between tags', () => {
  it('is the same wherever the pieces are cut', () => {
    assert(
      property(WORDS, CUTS, (words, cuts) => {
        const text = words.join('');
        expect(split(cutAt(text, cuts))).toEqual(split([text]));
      }),
    );
  });

  it('is what stands before the first closing tag, without the blanks at its begin and behind it', () => {
    const inside = WORDS.map((words) => words.join('')).filter((text) => !text.includes('</think>'));
    assert(
      property(inside, WORDS, (thought, rest) => {
        expect(split([`<think>${thought}</think>${rest.join('')}`])).toEqual({
          thought: thought.trimStart(),
          text: rest.join('').trimStart(),
        });
      }),
    );
  });

  it('loses nothing of a content without a tag at its beginning', () => {
    assert(
      property(string(), WORDS, (begin, words) => {
        const text = `${begin}x${words.join('')}`;
        pre(!text.trimStart().startsWith('<think>'));
        expect(split([text])).toEqual({ thought: '', text });
      }),
    );
  });

  it.each([
    ['a tag that never closes', ['<think>', 'a </thi'], { thought: 'a </thi', text: '' }],
    ['a content that is the beginning of a tag', ['<thi'], { thought: '', text: '<thi' }],
    ['a later tag', ['a <think>b</think>'], { thought: '', text: 'a <think>b</think>' }],
  ])('reads %s', (_, pieces, outcome) => {
    expect(split(pieces)).toEqual(outcome);
  });
});
