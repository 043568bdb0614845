import { type Scenario, SCENARIOS } from './scenarios.js';
import { type Figures, STRATEGIES, type Strategy } from './simulate.js';

/** The seed of the published figures. */
export const PUBLISHED_SEED = 1;

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
const row = (...cells: Array<string | number>): string => `| ${cells.join(' | ')} |`;

/** The figures of all scenarios as a Markdown table. */
export function report(run: (scenario: Scenario, strategy: Strategy) => Figures): string {
  const head = [
    row('Scenario', 'Strategy', 'Failed requests', 'Failed attempts', 'p50', 'p95', 'Attempts at the sick key'),
    row('---', '---', '---:', '---:', '---:', '---:', '---:'),
  ];
  const rows = SCENARIOS.flatMap((scenario) =>
    STRATEGIES.map((strategy) => line(scenario.name, strategy, run(scenario, strategy))),
  );
  return [...head, ...rows].join('\n');
}

function line(name: string, strategy: Strategy, figures: Figures): string {
  const { errors, attemptErrors, p50, p95, sick, attempts } = figures;
  return row(
    name,
    strategy,
    percent(errors),
    percent(attemptErrors),
    `${p50.toFixed(0)} ms`,
    `${p95.toFixed(0)} ms`,
    `${sick} of ${attempts}`,
  );
}
