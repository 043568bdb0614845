import { editDistance, nearMatches } from './near-matches.js';

const ROUTES = ['cerebras/gpt-oss-120b', 'cerebras/qwen-3.8-27b', 'cerebras/llama-3.3-70b', 'cerebras/llama-3-8b'];

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['abc', 'ab', 1],
    ['abc', 'abcd', 1],
    ['abc', 'xbc', 1],
    ['kitten', 'sitting', 3],
    // Optimal string alignment does not edit between swapped letters, so this is 3 and not 2.
    ['ca', 'abc', 3],
  ])('from %p to %p is %p', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });
});

describe('nearMatches', () => {
  it.each([
    ['llama3.3-70b', 'cerebras/llama-3.3-70b'],
    ['cerebras/llama3.3-70b', 'cerebras/llama-3.3-70b'],
    ['Cerebras/GPT-OSS-120B', 'cerebras/gpt-oss-120b'],
    ['gpt-oss', 'cerebras/gpt-oss-120b'],
    ['gtp-oss-120b', 'cerebras/gpt-oss-120b'],
    ['qwen', 'cerebras/qwen-3.8-27b'],
  ])('takes %p for %p first', (input, route) => {
    expect(nearMatches(input, ROUTES)[0]).toBe(route);
  });

  it('names nothing that is only remotely alike', () => {
    expect(nearMatches('claude-opus', ROUTES)).toEqual([]);
    expect(nearMatches('', ROUTES)).toEqual([]);
    expect(nearMatches('///', ROUTES)).toEqual([]);
  });

  it('names no more than it is asked for', () => {
    expect(nearMatches('llama', ROUTES, 1)).toEqual(['cerebras/llama-3-8b']);
  });

  it('looks at the first 256 characters only', () => {
    expect(nearMatches(`${'x'.repeat(256)} gpt-oss-120b`, ROUTES)).toEqual([]);
  });
});
