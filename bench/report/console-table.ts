import type { Sample } from '../harness/measure.js';
import type { Start } from '../scenarios/starts.js';
import { type Figure, medianOf, ratioOf, type Results, samplesOf } from './results.js';

type Column = readonly [
  title: string,
  digits: number,
  of: (results: Results, id: string, target: string) => number | undefined,
];

const cpu: Figure = (sample) => sample.cpuMicrosPerRequest;
const time =
  (name: 'p50' | 'p99' | 'p999'): Figure =>
  ({ result }: Sample) =>
    (result.latency ?? result.delay)?.[name];
const column = (title: string, digits: number, figure: Figure): Column => [
  title,
  digits,
  (results, id, target) => medianOf(results, id, target, figure),
];

const COLUMNS: readonly Column[] = [
  column('req/s', 0, (sample) => sample.requestsPerSecond),
  column('µs/req', 1, cpu),
  ['× bare', 2, (results, id, target) => ratioOf(results, id, target, 'bare', cpu)],
  column('µs/chunk', 2, (sample) => sample.cpuMicrosPerChunk || undefined),
  column('p50 µs', 0, time('p50')),
  column('p99 µs', 0, time('p99')),
  column('p99.9 µs', 0, time('p999')),
  column('kB/stream', 1, ({ bytesPerStream }) => (bytesPerStream === undefined ? undefined : bytesPerStream / 1_000)),
  column('held cpu', 3, (sample) => sample.heldCpu),
];

/** What one turn came to. */
export function sampleLine({
  case: id,
  target,
  round,
  requestsPerSecond,
  cpuMicrosPerRequest,
  cpuMicrosPerChunk,
  result,
  problems,
}: Sample): string {
  const times = result.latency ?? result.delay;
  return [
    `${id} ${round} ${target}:`.padEnd(32),
    `${requestsPerSecond.toFixed(0)} req/s`,
    `${cpuMicrosPerRequest.toFixed(1)} µs/req`,
    ...(result.events > 0 ? [`${cpuMicrosPerChunk.toFixed(2)} µs/chunk`] : []),
    ...(times ? [`p50 ${times.p50} µs, p99 ${times.p99} µs`] : []),
    ...(problems > 0 ? [`${problems} PROBLEMS`] : []),
  ].join('  ');
}

/** What one start came to. */
export function startLine({ target, round, readyMs, idleBytes, idleCpu }: Start): string {
  const memory = `${(idleBytes / 1e6).toFixed(0)} MB`;
  return `${`start ${round} ${target}:`.padEnd(32)}  ready in ${readyMs.toFixed(0)} ms  ${memory}  ${(idleCpu * 100).toFixed(1)} % of a processor when idle`;
}

/** One line for each case and target: medians, and how many times the bare proxy they are. */
export function summaryLines(results: Results): string[] {
  const ids = new Set(results.samples.map((sample) => sample.case));
  const head = COLUMNS.map(([title]) => title.padStart(10)).join('');
  const lines: string[] = [];
  for (const id of ids) {
    const measured = results.targets.filter(({ name }) => samplesOf(results, id, name).length > 0);
    lines.push('', `${id.padEnd(22)}${head}`);
    for (const { name } of measured) lines.push(`  ${name.padEnd(20)}${figuresOf(results, id, name)}`);
  }
  return lines;
}

function figuresOf(results: Results, id: string, target: string): string {
  return COLUMNS.map(([, digits, of]) => {
    const value = of(results, id, target);
    return (value === undefined || Number.isNaN(value) ? '-' : value.toFixed(digits)).padStart(10);
  }).join('');
}
