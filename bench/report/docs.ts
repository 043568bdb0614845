import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../harness/stats.js';
import { goalsOf } from './goals.js';
import { plot } from './plot.js';
import type { Results } from './results.js';
import { markdownTables } from './tables.js';
import { verdictLines } from './verdict.js';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = join(ROOT, 'docs/performance.md');
const PLOT = join(ROOT, 'docs/performance.svg');
const REFERENCE = join(ROOT, 'bench/results/reference.json');
const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';

/** Writes a run between the marks of docs/performance.md, draws its plot, and keeps its raw figures as the reference. */
export function writeDocs(results: Results): void {
  const page = readFileSync(PAGE, 'utf8');
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no ${BEGIN} and ${END}`);
  writeFileSync(PAGE, `${page.slice(0, from)}${BEGIN}\n\n${section(results)}\n${page.slice(to)}`);
  writeFileSync(PLOT, plot(results));
  writeResults(REFERENCE, results);
}

/** Raw figures, with a line for each sample, so that two runs can be compared. */
export function writeResults(file: string, { samples, ...others }: Results): void {
  const head = JSON.stringify(others, null, 1).replace(/\n\}$/, '');
  const lines = samples.map((sample) => JSON.stringify(sample)).join(',\n');
  writeFileSync(file, `${head},\n "samples": [\n${lines}\n ]\n}\n`);
}

function section(results: Results): string {
  const { about, options } = results;
  const memory = `${Math.round(about.memoryBytes / 2 ** 30)} GiB`;
  const machine = `${about.date.slice(0, 10)}, commit ${about.commit}, ${about.cores} processors (${about.cpu}), ${memory}, Linux ${about.kernel}, Node ${about.node}; ${options.rounds} rounds of ${options.seconds} s; load average before: ${about.loadBefore.toFixed(2)}.`;
  const goals = goalsOf(results).map(({ what, bound, measured, isMet }) => {
    const verdict = isMet === undefined ? '–' : isMet ? 'met' : 'missed';
    return `| ${what} | ${bound} | ${measured} | ${verdict} |`;
  });
  return [
    `Measured ${machine}`,
    '',
    '![CPU and throughput, as bars](performance.svg)',
    '',
    '### Targets',
    '',
    'Asbru is measured with everything on where nothing else is said.',
    '',
    '| | Target | Measured | |',
    '|---|---|---:|---|',
    ...goals,
    '',
    markdownTables(results),
    ...notes(results),
  ].join('\n');
}

/** What went wrong, and what was not there. */
function notes(results: Results): string[] {
  const lines = verdictLines(results).map((line) => `- ${line.trim()}`);
  return ['### What the run said of itself', '', ...busyLines(results), ...lines, ''];
}

/** How much of their processor load and upstream needed, so that one sees that they were not the limit. */
function busyLines({ samples, targets }: Results): string[] {
  return ['chat', 'stream'].flatMap((id) => {
    const shares = targets.flatMap(({ name, title }) => {
      const own = samples.filter((sample) => sample.case === id && sample.target === name);
      const share = Math.round(100 * median(own.map(({ loadCpu, upstreamCpu }) => loadCpu + upstreamCpu)));
      return own.length === 0 ? [] : [`${title} ${share} %`];
    });
    return shares.length === 0 ? [] : [`- Use of the processor of load and upstream, ${id}: ${shares.join(', ')}`];
  });
}
