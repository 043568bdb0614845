import { assert, constantFrom, property, string } from 'fast-check';
import { bySpecificity, matchesPattern } from './model-pattern.js';

describe('matchesPattern', () => {
  it.each([
    ['*', '', true],
    ['*', 'openai/gpt-4o', true],
    ['qwen-*', 'qwen-3-32b', true],
    ['qwen-*', 'qwen-', true],
    ['qwen-*', 'my-qwen-3', false],
    ['*-mini', 'gpt-4o-mini', true],
    ['gpt-*-mini', 'gpt-4o-mini', true],
    ['gpt-*-mini', 'gpt-mini', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['ab*ba', 'aba', false],
    ['a.c', 'abc', false],
    ['gpt', 'gpt', true],
    ['gpt', 'gpt-4', false],
  ])('%s on %s: %s', (pattern, id, expected) => {
    expect(matchesPattern(pattern, id)).toBe(expected);
  });

  it('agrees with a regular expression', () => {
    const letters = string({ unit: constantFrom('a', 'b', '*'), maxLength: 8 });
    const ids = string({ unit: constantFrom('a', 'b'), maxLength: 10 });
    assert(
      property(letters, ids, (pattern, id) => {
        const regex = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(matchesPattern(pattern, id)).toBe(regex.test(id));
      }),
      { numRuns: 2_000 },
    );
  });
});

it('puts exact ids first and then the patterns that say most', () => {
  expect(['*', 'gpt-*', 'gpt-4*', 'x'].toSorted(bySpecificity)).toEqual(['x', 'gpt-4*', 'gpt-*', '*']);
});
