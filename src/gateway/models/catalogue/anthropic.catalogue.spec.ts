import { ANTHROPIC_CATALOGUE } from './anthropic.catalogue.js';

describe('ANTHROPIC_CATALOGUE', () => {
  it('has each model once, with its source', () => {
    const ids = ANTHROPIC_CATALOGUE.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^claude-[a-z0-9-]+$/.test(id))).toEqual([]);
    expect(ANTHROPIC_CATALOGUE.filter(({ source }) => source.length < 20)).toEqual([]);
  });

  it('knows the model of the provider guide, and that it is gone', () => {
    expect(ANTHROPIC_CATALOGUE.find(({ id }) => id === 'claude-3-5-sonnet-20241022')).toMatchObject({
      state: 'retired',
      max_output_tokens: 8_192,
    });
  });

  it('writes prices as decimal strings, and none where there are several', () => {
    const prices = ANTHROPIC_CATALOGUE.flatMap(({ pricing }) => (pricing ? [pricing.input, pricing.output] : []));
    expect(prices.filter((price) => !/^\d+(\.\d+)?$/.test(price))).toEqual([]);
    expect(ANTHROPIC_CATALOGUE.find(({ id }) => id === 'claude-haiku-5-5')?.pricing).toBeNull();
  });

  it('offers a default effort only among the efforts of the model', () => {
    for (const model of ANTHROPIC_CATALOGUE) {
      if (model.default_reasoning_effort === null) continue;
      expect(model.reasoning_efforts).toContain(model.default_reasoning_effort);
    }
  });
});
