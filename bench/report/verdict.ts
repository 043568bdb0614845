import type { Results } from './results.js';

/** Whether every answer was right and every ledger complete. What goes wrong in a peer is told, and fails nothing. */
export function isRight(results: Results): boolean {
  return (
    results.ledgers.every(({ served, rows }) => served === rows) &&
    !results.samples.some(({ target, problems }) => problems > 0 && !isPeer(results, target)) &&
    !results.failures.some(({ target }) => !isPeer(results, target))
  );
}

/** What a run has to say about itself. */
export function verdictLines(results: Results): string[] {
  return [
    ...results.skipped.map(({ target, why }) => `SKIPPED ${target}: ${why}`),
    ...results.failures.map(({ target, case: id = 'start', why }) => `FAILED ${id}, ${target}: ${why}`),
    ...results.samples
      .filter(({ problems }) => problems > 0)
      .map(({ case: id, target, round, problems }) => {
        return `FAILED ${id}, ${target}, round ${round}: ${problems} requests or streams`;
      }),
    ...results.ledgers.map(({ target, served, rows }) => {
      return `${served === rows ? 'ok    ' : 'FAILED'} ledger of ${target}: ${rows} rows, ${served} requests served`;
    }),
  ];
}

function isPeer({ targets }: Results, name: string): boolean {
  return targets.find((target) => target.name === name)?.isPeer ?? false;
}
