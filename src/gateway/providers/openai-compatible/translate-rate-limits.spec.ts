import { translateRateLimits } from './translate-rate-limits.js';

const NOW = 1_800_000_000_000;

describe('rate-limit headers of the vendor’s own', () => {
  it('stand under OpenAI’s names too, a point in time as the seconds until then', () => {
    const headers = { 'x-limit': '10', 'x-left': '0', 'x-at': String(NOW + 2_500), 'x-when': String(NOW / 1000 + 9) };
    const translated = translateRateLimits(
      headers,
      {
        'x-limit': { name: 'x-ratelimit-limit-requests', form: 'count' },
        'x-left': { name: 'x-ratelimit-remaining-requests', form: 'count' },
        'x-at': { name: 'x-ratelimit-reset-requests', form: 'epoch_ms' },
        'x-when': { name: 'x-ratelimit-reset-tokens', form: 'epoch_seconds' },
      },
      NOW,
    );
    expect(translated).toEqual({
      ...headers,
      'x-ratelimit-limit-requests': '10',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '3',
      'x-ratelimit-reset-tokens': '9',
    });
  });

  it('give way to OpenAI’s own, and are left alone when they make no sense', () => {
    const rules = { 'x-at': { name: 'x-ratelimit-reset-requests', form: 'epoch_ms' } } as const;
    const own = { 'x-at': '5', 'x-ratelimit-reset-requests': '1s' };
    expect(translateRateLimits(own, rules, NOW)).toBe(own);
    const odd = { 'x-at': 'soon' };
    expect(translateRateLimits(odd, rules, NOW)).toBe(odd);
    const past = translateRateLimits({ 'x-at': '5' }, rules, NOW);
    expect(past['x-ratelimit-reset-requests']).toBe('0');
  });

  it('may have OpenAI’s name and another meaning', () => {
    const rules = {
      'x-ratelimit-reset-requests': { name: 'x-ratelimit-reset-requests', form: 'epoch_seconds' },
    } as const;
    const translated = translateRateLimits({ 'x-ratelimit-reset-requests': String(NOW / 1000 + 4) }, rules, NOW);
    expect(translated).toEqual({ 'x-ratelimit-reset-requests': '4' });
  });
});
