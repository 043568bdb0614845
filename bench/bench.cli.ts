// Asbru side by side with other gateways: see docs/performance.md for what is measured and how.
//
//   npm run bench -- --help
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopChildrenAtExit } from './harness/children.js';
import { readOptions, USAGE } from './harness/options.js';
import { summaryLines } from './report/console-table.js';
import { writeDocs } from './report/docs.js';
import { joined, type Results } from './report/results.js';
import { isRight, verdictLines } from './report/verdict.js';
import { Run } from './run.js';

const options = readOptions(process.argv.slice(2));
if (options === 'help') {
  console.log(USAGE);
} else if (options.from !== undefined) {
  const files = options.from.split(',');
  const results = joined(files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Results));
  for (const line of [...summaryLines(results), '', ...verdictLines(results)]) console.log(line);
  if (options.writesDocs) writeDocs(results);
} else {
  stopChildrenAtExit();
  const folder = mkdtempSync(join(tmpdir(), 'asbru-bench-'));
  try {
    const results = await new Run(options, folder, (line) => console.log(line)).all();
    process.exitCode = isRight(results) ? 0 : 1;
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    console.error(error);
    console.error(`Logs of what ran are in ${folder}`);
    process.exitCode = 1;
  }
  process.exit();
}
