import { traitsOf } from './claude-traits.js';

describe('what a model takes', () => {
  it.each([
    ['claude-3-5-sonnet-20241022', undefined, 'both', false, 8_192],
    ['claude-3-haiku-20240307', undefined, 'both', false, 4_096],
    ['claude-3-7-sonnet-latest', 'budget', 'both', false, 64_000],
    ['claude-opus-4-20250514', 'budget', 'both', false, 32_000],
    ['claude-opus-4-1-20250805', 'budget', 'both', false, 32_000],
    ['claude-sonnet-4-5-20250929', 'budget', 'one', true, 64_000],
    ['claude-opus-4-5', 'budget', 'one', true, 64_000],
    ['claude-opus-4-6', 'adaptive', 'one', true, 128_000],
    ['claude-opus-4-7', 'adaptive', 'none', true, 128_000],
    ['claude-sonnet-5', 'adaptive', 'none', true, 128_000],
    ['claude-haiku-5-5', 'adaptive', 'none', true, 128_000],
    ['claude-opus-12-1-20300101', 'adaptive', 'none', true, 128_000],
    ['my-own-name', 'adaptive', 'none', true, undefined],
  ])('%s', (id, thinking, sampling, structured, maxOutputTokens) => {
    expect(traitsOf(id)).toMatchObject({ thinking, sampling, structured, maxOutputTokens });
  });

  it('always thinks in two families', () => {
    expect(['claude-fable-5-2', 'claude-mythos-5', 'claude-opus-5-5'].map((id) => traitsOf(id).alwaysThinks)).toEqual([
      true,
      true,
      false,
    ]);
  });
});
