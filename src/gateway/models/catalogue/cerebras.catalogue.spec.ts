import { CEREBRAS_CATALOGUE } from './cerebras.catalogue.js';

const entry = (id: string) => CEREBRAS_CATALOGUE.find((model) => model.id === id);

describe('CEREBRAS_CATALOGUE', () => {
  it('has each model once, with its source', () => {
    expect(CEREBRAS_CATALOGUE.map(({ id }) => id).toSorted()).toEqual([
      'gemma-4-31b',
      'gpt-oss-120b',
      'kimi-k2.7-code',
      'llama-3-8b',
      'llama-3.2-90b',
      'llama-3.3-70b',
      'qwen-3.8-27b',
      'zai-glm-4.7',
    ]);
    expect(CEREBRAS_CATALOGUE.filter(({ source }) => source.length < 20)).toEqual([]);
  });

  it('writes prices as decimal strings', () => {
    const prices = CEREBRAS_CATALOGUE.flatMap(({ pricing }) => (pricing ? [pricing.input, pricing.output] : []));
    expect(prices).toEqual(['0.35', '0.75', '0.99', '1.49', '0.99', '1.49', '2.25', '2.75']);
  });

  it('invents nothing of a model whose numbers are not published', () => {
    expect(entry('kimi-k2.7-code')).toMatchObject({
      created: 0,
      context_length: null,
      max_output_tokens: null,
      pricing: null,
      state: 'trial',
    });
  });

  it('marks the three models of the provider guide, whatever has become of them upstream', () => {
    expect(CEREBRAS_CATALOGUE.filter(({ guide }) => guide).map(({ id, description }) => [id, description])).toEqual([
      ['llama-3.3-70b', 'Latest'],
      ['llama-3.2-90b', 'Previous generation (stable)'],
      ['llama-3-8b', 'Lightweight'],
    ]);
  });

  it('offers a default effort only among the efforts of the model', () => {
    for (const model of CEREBRAS_CATALOGUE) {
      if (model.default_reasoning_effort === null) continue;
      expect(model.reasoning_efforts).toContain(model.default_reasoning_effort);
    }
  });
});
