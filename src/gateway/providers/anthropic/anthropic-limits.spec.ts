import { limitWaitHeaders, openAiLimits, ownLimits } from './anthropic-limits.js';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const HEADERS = {
  'anthropic-ratelimit-requests-limit': '50',
  'anthropic-ratelimit-requests-remaining': '0',
  'anthropic-ratelimit-requests-reset': '2026-11-22T12:00:01Z',
  'anthropic-ratelimit-tokens-remaining': '900',
  'anthropic-ratelimit-input-tokens-remaining': '0',
  'anthropic-ratelimit-input-tokens-reset': '2026-11-22T12:00:30.500Z',
  'anthropic-ratelimit-tokens-reset': 'tomorrow',
  'anthropic-organization-id': 'secret',
};

describe("Anthropic's limits", () => {
  it('keep their names for callers who know them', () => {
    const { 'anthropic-organization-id': _, ...limits } = HEADERS;
    expect(ownLimits(HEADERS)).toEqual(limits);
  });

  it('have OpenAI’s names for all others', () => {
    expect(openAiLimits(HEADERS, NOW)).toEqual({
      'x-ratelimit-limit-requests': '50',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-remaining-tokens': '900',
    });
  });

  it('make a caller wait for the last of what is used up', () => {
    expect(limitWaitHeaders(HEADERS, NOW)).toMatchObject({ 'retry-after': '31', 'retry-after-ms': '30500' });
  });
});
