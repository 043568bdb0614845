import { anthropicLimits } from './anthropic-headers.js';

const NOW = Date.parse('2026-10-01T00:00:00.500Z');

describe('rate limits in Anthropic’s headers', () => {
  it('are the minute window’s, with the reset as a time', () => {
    const headers = {
      'x-ratelimit-limit-requests': '5',
      'x-ratelimit-remaining-requests': '4',
      'x-ratelimit-reset-requests': '1m26s',
      'x-ratelimit-limit-tokens': '30000',
      'x-ratelimit-remaining-tokens': '29995',
      'x-ratelimit-reset-tokens': '5.5s',
      'x-ratelimit-limit-requests-day': '2400',
    };
    expect(anthropicLimits(headers, NOW)).toEqual({
      'anthropic-ratelimit-requests-limit': '5',
      'anthropic-ratelimit-requests-remaining': '4',
      'anthropic-ratelimit-requests-reset': '2026-10-01T00:01:27Z',
      'anthropic-ratelimit-tokens-limit': '30000',
      'anthropic-ratelimit-tokens-remaining': '29995',
      'anthropic-ratelimit-tokens-reset': '2026-10-01T00:00:06Z',
    });
  });

  it('are left alone where the upstream has said them itself, and invented nowhere', () => {
    expect(anthropicLimits({ 'retry-after': '3' }, NOW)).toEqual({});
    expect(anthropicLimits({ 'x-ratelimit-reset-tokens': 'soon' }, NOW)).toEqual({});
    const own = { 'anthropic-ratelimit-requests-limit': '50', 'x-ratelimit-limit-requests': '5' };
    expect(anthropicLimits(own, NOW)).toEqual({});
  });
});
