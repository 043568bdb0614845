/**
 * The client matrix: every client in every scenario, against the built gateway in front of sandboxes.
 *
 * Prints a table, and fails when a cell fails, when a scenario of a client did not run, or when docs/clients.md says
 * otherwise than what was measured.
 *
 *   --write        puts the measured table into docs/clients.md
 *   --json FILE    writes the reports as JSON
 *   other words    only clients with one of them in the name run, and docs/clients.md is not looked at
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { describeFailures, tableOf } from './console-table.ts';
import { compareDocument, writeDocument } from './document.ts';
import { runLanes } from './lanes.ts';
import { faultsOf } from './report.ts';

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false }, json: { type: 'string' } },
});

const { reports, problems } = await runLanes(words);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(reports, null, 2)}\n`);

console.log(tableOf(reports));
const faults = [...problems, ...describeFailures(reports), ...faultsOf(reports)];
if (words.length === 0) {
  // A table of a run that broke off would be taken for the truth.
  if (values.write && problems.length === 0) await writeDocument(reports);
  faults.push(...(await compareDocument(reports)));
}
for (const fault of faults) console.error(`\n${fault}`);

const cells = reports.flatMap((report) => Object.values(report.cells));
const count = (outcome: string) => cells.filter((cell) => cell.outcome === outcome).length;
console.log(
  `\nclients: ${reports.length} clients, ${count('pass')} passed, ${count('fail')} failed, ${count('n/a')} not applicable`,
);
process.exit(faults.length > 0 ? 1 : 0);
