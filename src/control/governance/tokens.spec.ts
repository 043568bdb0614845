import type { AttemptFacts } from '../../common/context/attempt-meter.js';
import { tokensOf } from './tokens.js';

const NOTHING: AttemptFacts = {
  status: undefined,
  usage: undefined,
  isUsageFinal: false,
  outputLength: 0,
  upstreamId: undefined,
  firstTokenMs: undefined,
};
const USAGE = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

describe('What an attempt used', () => {
  it('is what the upstream says of a whole answer', () => {
    const usage = {
      ...USAGE,
      prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 10, cache_write_1h_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 5 },
    };
    expect(tokensOf({ ...NOTHING, status: 200, usage, isUsageFinal: true, outputLength: 9_999 }, 'ok', 7)).toEqual({
      source: 'upstream',
      tokens: {
        inputTokens: 100,
        cachedInputTokens: 40,
        cacheWriteTokens: 10,
        cacheWriteLongTokens: 4,
        outputTokens: 20,
        reasoningTokens: 5,
      },
    });
  });

  it('is what came, of an answer that was cut before its usage', () => {
    const { tokens, source } = tokensOf({ ...NOTHING, status: 200, outputLength: 41 }, 'upstream_truncated', 7);
    expect(tokens).toMatchObject({ inputTokens: 7, outputTokens: 11 });
    expect(source).toBe('counted');
  });

  it('is the larger of both, of an answer whose usage was still growing', () => {
    const facts = { ...NOTHING, status: 200, usage: USAGE };
    expect(tokensOf({ ...facts, outputLength: 400 }, 'cancelled', 7).tokens).toMatchObject({
      inputTokens: 100,
      outputTokens: 100,
    });
    expect(tokensOf({ ...facts, outputLength: 4 }, 'cancelled', 7)).toMatchObject({ source: 'upstream' });
  });

  it.each([
    ['a refusal of the upstream', { status: 500 }, 'upstream_error'],
    ['an upstream that was not reached', {}, 'upstream_unreachable'],
  ])('is nothing for %s', (_, facts, outcome) => {
    expect(tokensOf({ ...NOTHING, ...facts }, outcome, 7)).toMatchObject({
      source: 'none',
      tokens: { inputTokens: 0 },
    });
  });

  it('is nothing for an answer of what has no tokens', () => {
    expect(tokensOf({ ...NOTHING, status: 200 }, 'ok', 0)).toMatchObject({ source: 'none' });
  });

  it('is the prompt and what came, of a whole answer without usage', () => {
    expect(tokensOf({ ...NOTHING, status: 200, outputLength: 41 }, 'ok', 7)).toMatchObject({
      source: 'counted',
      tokens: { inputTokens: 7, outputTokens: 11 },
    });
    expect(tokensOf({ ...NOTHING, status: 200 }, 'ok', 7)).toMatchObject({
      source: 'counted',
      tokens: { inputTokens: 7 },
    });
  });

  it('has the prompt, of a request that nobody waited for', () => {
    expect(tokensOf(NOTHING, 'cancelled', 7)).toMatchObject({ source: 'counted', tokens: { inputTokens: 7 } });
  });

  it('takes no nonsense for a number', () => {
    const usage = {
      prompt_tokens: -5,
      completion_tokens: Number.NaN,
      total_tokens: 0,
      prompt_tokens_details: { cached_tokens: 1e300 },
    };
    expect(tokensOf({ ...NOTHING, status: 200, usage, isUsageFinal: true }, 'ok', 7).tokens).toEqual({
      inputTokens: 0,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      cacheWriteLongTokens: 0,
      outputTokens: 0,
      reasoningTokens: 0,
    });
  });
});
