import { ManualClock } from '../../../../common/time/manual-clock.js';
import { CerebrasQuotas } from './cerebras-quotas.js';

describe('PromptEstimator', () => {
  it('begins with four bytes for a token and learns what a model really takes', () => {
    const quotas = new CerebrasQuotas(new ManualClock());
    expect(quotas.promptTokens('gpt-oss-120b', 4_001)).toBe(1_001);
    for (let answer = 0; answer < 200; answer++) quotas.learn('gpt-oss-120b', 2_000, 1_000);
    expect(quotas.promptTokens('gpt-oss-120b', 4_000)).toBeGreaterThan(1_990);
    expect(quotas.promptTokens('other', 4_000)).toBe(1_000);
  });

  it('is not led astray by tiny prompts or impossible figures', () => {
    const quotas = new CerebrasQuotas(new ManualClock());
    for (let answer = 0; answer < 200; answer++) {
      quotas.learn('m', 40, 63);
      quotas.learn('m', 1_000_000, 100);
    }
    expect(quotas.promptTokens('m', 8_000)).toBeGreaterThanOrEqual(1_000);
  });
});
