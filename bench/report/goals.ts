import { medianOf, ratioOf, type Results, samplesOf } from './results.js';
import { median } from '../harness/stats.js';

/** What Asbru promises itself, and what came of it. */
export interface Goal {
  readonly what: string;
  readonly bound: string;
  readonly measured: string;
  /** Undefined: it was not measured. */
  readonly isMet: boolean | undefined;
}

type Read = (results: Results) => number | undefined;
type Goals = ReadonlyArray<
  readonly [what: string, bound: number, kind: 'at most' | 'at least', unit: string, read: Read]
>;

const ON = 'asbru-on';
const cpu =
  (id: string, target: string, base: string): Read =>
  (results) =>
    ratioOf(results, id, target, base, (sample) => sample.cpuMicrosPerRequest);
const rate =
  (base: string): Read =>
  (results) =>
    ratioOf(results, 'chat-all-cores', ON, base, (sample) => sample.requestsPerSecond);
const firstAdded =
  (which: 'p50' | 'p99'): Read =>
  (results) =>
    added(results, 'first-500', (sample) => sample.result.first?.[which]);
const startOf =
  (read: (start: Results['starts'][number]) => number): Read =>
  (results) => {
    const values = results.starts.filter(({ target }) => target === ON).map(read);
    return values.length === 0 ? undefined : median(values);
  };

const GOALS: Goals = [
  ['CPU of a chat request, everything off, to the bare proxy', 1.6, 'at most', '×', cpu('chat', 'asbru-off', 'bare')],
  ['CPU of a chat request, everything on, to the bare proxy', 2, 'at most', '×', cpu('chat', ON, 'bare')],
  ['Requests a second on all processors, to Portkey', 6, 'at least', '×', rate('portkey')],
  ['Requests a second on all processors, to LiteLLM', 10, 'at least', '×', rate('litellm')],
  ['Requests a second on all processors, to Bifrost', 1, 'at least', '×', rate('bifrost')],
  [
    'Chunks a second of streams without a pause, to the bare proxy',
    0.6,
    'at least',
    '×',
    (results) => ratioOf(results, 'stream', ON, 'bare', (sample) => sample.chunksPerSecond),
  ],
  ['First piece at 500 streams a second, added, p50', 1, 'at most', 'ms', firstAdded('p50')],
  ['First piece at 500 streams a second, added, p99', 5, 'at most', 'ms', firstAdded('p99')],
  [
    'Delay of a chunk with 500 paced streams, p99',
    2,
    'at most',
    'ms',
    (results) => milliseconds(medianOf(results, 'relay-500', ON, (sample) => sample.result.delay?.p99)),
  ],
  [
    'Streams held at once',
    10_000,
    'at least',
    '',
    (results) => medianOf(results, 'held-10000', ON, (sample) => sample.heldStreams),
  ],
  [
    'Memory of a held stream',
    40,
    'at most',
    'kB',
    (results) => {
      const bytes = medianOf(results, 'held-10000', ON, (sample) => sample.bytesPerStream);
      return bytes === undefined ? undefined : bytes / 1_000;
    },
  ],
  ['CPU of a request of 200 messages, to the bare proxy', 1.5, 'at most', '×', cpu('body-200-messages', ON, 'bare')],
  ['CPU of a request of 1 MB, to the bare proxy', 1.5, 'at most', '×', cpu('body-1000k', ON, 'bare')],
  ['CPU with 100,000 keys, to 10 keys', 1.05, 'at most', '×', cpu('keys', 'asbru-keys-100000', 'asbru-keys-10')],
  ['Start to ready', 1.5, 'at most', 's', startOf(({ readyMs }) => readyMs / 1_000)],
  ['Idle memory', 150, 'at most', 'MB', startOf(({ idleBytes }) => idleBytes / 1e6)],
];

/** Each goal with its figure. */
export function goalsOf(results: Results): Goal[] {
  return GOALS.map(([what, bound, kind, unit, read]) => {
    const value = read(results);
    const isKnown = value !== undefined && Number.isFinite(value);
    return {
      what,
      bound: `${kind} ${withUnit(bound.toLocaleString('en'), unit)}`,
      measured: isKnown ? withUnit(shown(value), unit) : 'not measured',
      isMet: isKnown ? (kind === 'at most' ? value <= bound : value >= bound) : undefined,
    };
  });
}

/** What a target adds to what load and upstream take without it, in milliseconds. */
export function added(
  results: Results,
  id: string,
  figure: Parameters<typeof medianOf>[3],
  target = ON,
): number | undefined {
  const bases = samplesOf(results, id, 'direct').map(figure);
  const differences = samplesOf(results, id, target).flatMap((sample, index) => {
    const [value, base] = [figure(sample), bases[index]];
    return value === undefined || base === undefined ? [] : [value - base];
  });
  return differences.length === 0 ? undefined : milliseconds(median(differences));
}

function milliseconds(microseconds: number | undefined): number | undefined {
  return microseconds === undefined ? undefined : microseconds / 1_000;
}

function shown(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en');
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}

function withUnit(text: string, unit: string): string {
  return unit === '' ? text : unit === '×' ? `${text} times` : `${text} ${unit}`;
}
