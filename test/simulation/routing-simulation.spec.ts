import { readFileSync, writeFileSync } from 'node:fs';
import { PUBLISHED_SEED, report } from './report.js';
import { type Scenario, SCENARIOS } from './scenarios.js';
import { type Figures, simulate, type Strategy } from './simulate.js';

const SEEDS = [PUBLISHED_SEED, 2, 3];

const done = new Map<string, Figures>();

/** Each run once: they are the same every time, which the last story checks. */
function figuresOf(scenario: Scenario, strategy: Strategy, seed: number): Figures {
  const id = `${scenario.name} ${strategy} ${seed}`;
  const figures = done.get(id) ?? simulate(scenario, strategy, seed);
  done.set(id, figures);
  return figures;
}

describe('Adaptive weights', () => {
  describe.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    it.each(SEEDS)('beats static weights on error rate and p95 (seed %i)', (seed) => {
      const fixed = figuresOf(scenario, 'static', seed);
      const adaptive = figuresOf(scenario, 'adaptive', seed);
      expect(adaptive.requests).toBe(fixed.requests);
      expect(adaptive.errors).toBeLessThan(fixed.errors);
      expect(adaptive.attemptErrors).toBeLessThan(fixed.attemptErrors);
      expect(adaptive.p95).toBeLessThan(fixed.p95);
      expect(adaptive.sick).toBeLessThan(fixed.sick);
    });
  });

  it('gives a recovered key its share back', () => {
    const recovery = SCENARIOS.find(({ name }) => name === 'recovery');
    if (!recovery) throw new Error('no such scenario');
    for (const seed of SEEDS) expect(figuresOf(recovery, 'adaptive', seed).sickShareAtEnd).toBeGreaterThan(0.25);
  });

  it('gives the same figures for the same seed', () => {
    for (const scenario of SCENARIOS.slice(0, 2)) {
      expect(simulate(scenario, 'adaptive', 2)).toEqual(figuresOf(scenario, 'adaptive', 2));
    }
  });

  it('does what the documentation says', () => {
    const table = report((scenario, strategy) => figuresOf(scenario, strategy, PUBLISHED_SEED));
    // jest itself writes to the other stream, so that this one is the table alone.
    if (process.env.ASBRU_SIMULATION_PRINT) writeFileSync(1, `${table}\n`);
    expect(readFileSync('docs/load-balancing.md', 'utf8')).toContain(table);
  });
});
