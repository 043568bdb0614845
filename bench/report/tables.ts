import { median } from '../harness/stats.js';
import { type Figure, medianOf, ratioOf, type Results, samplesOf } from './results.js';
import { added } from './goals.js';

/** A column of a table with one row for each target. */
interface Column {
  readonly title: string;
  readonly cell: (results: Results, target: string) => string;
}

interface Table {
  readonly title: string;
  readonly note?: string;
  readonly columns: readonly Column[];
}

const NOTHING = '–';
const RATES = [250, 500, 1_000, 2_000];
const BODIES = ['body-1k', 'body-32k', 'body-256k', 'body-1000k', 'body-200-messages'];

const number = (value: number | undefined, digits = 0): string =>
  value === undefined || !Number.isFinite(value)
    ? NOTHING
    : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const perRequest: Figure = ({ cpuMicrosPerRequest }) => cpuMicrosPerRequest || undefined;
const rate: Figure = ({ requestsPerSecond }) => requestsPerSecond;

const figure = (title: string, id: string, of: Figure, digits = 0): Column => ({
  title,
  cell: (results, target) => number(medianOf(results, id, target, of), digits),
});
const timesBare = (title: string, id: string, of: Figure): Column => ({
  title,
  cell: (results, target) => {
    const hasFigure = medianOf(results, id, target, of) !== undefined;
    return hasFigure ? number(ratioOf(results, id, target, 'bare', of), 2) : NOTHING;
  },
});

/** More requests than this share that came due and could not be sent are no accident. */
const TOO_MANY_UNSENT = 0.01;

/** A target is too slow for a rate when requests came due that it could not take, or when it was not asked at all. */
const latency = (per: number): Column => ({
  title: `${per.toLocaleString('en')}/s`,
  cell: (results, target) => {
    const id = `latency-${per}`;
    if (samplesOf(results, id, 'direct').length === 0) return NOTHING;
    const samples = samplesOf(results, id, target);
    const unsent = median(samples.map((sample) => sample.unsent / (sample.unsent + sample.requests)));
    if (samples.length === 0 || unsent > TOO_MANY_UNSENT) return 'too slow';
    const at = (which: 'p50' | 'p99' | 'p999'): string =>
      number(
        added(results, id, ({ result }) => result.latency?.[which], target),
        2,
      );
    return `${at('p50')} / ${at('p99')} / ${at('p999')}`;
  },
});
const start = (title: string, read: (start: Results['starts'][number]) => number, digits: number): Column => ({
  title,
  cell: (results, target) => {
    const values = results.starts.filter((each) => each.target === target).map(read);
    return values.length === 0 ? NOTHING : number(median(values), digits);
  },
});

const TABLES: readonly Table[] = [
  {
    title: 'Chat with an answer of 1.2 kB, one processor',
    columns: [
      figure('requests/s', 'chat', rate),
      figure('CPU µs/request', 'chat', perRequest),
      timesBare('× bare', 'chat', perRequest),
    ],
  },
  {
    title: 'Streams of 100 chunks without a pause, one processor',
    columns: [
      figure('chunks/s', 'stream', ({ chunksPerSecond }) => chunksPerSecond),
      timesBare('× bare', 'stream', ({ chunksPerSecond }) => chunksPerSecond),
      figure('CPU µs/chunk', 'stream', ({ cpuMicrosPerChunk }) => cpuMicrosPerChunk || undefined, 2),
    ],
  },
  {
    title: 'Added latency at fixed rates, in ms: p50 / p99 / p99.9, one processor',
    columns: RATES.map(latency),
  },
  {
    title: 'Streams, one processor',
    note: 'First piece: added at 500 streams of 10 chunks a second, in ms. Relay: from when the upstream wrote a chunk until it was read, with 500 streams at a chunk every 50 ms, in ms.',
    columns: [
      ...(['p50', 'p99'] as const).map((which) => ({
        title: `first piece ${which}`,
        cell: (results: Results, target: string) =>
          number(
            added(results, 'first-500', ({ result }) => result.first?.[which], target),
            2,
          ),
      })),
      ...(['p50', 'p99'] as const).map((which) =>
        figure(
          `relay ${which}`,
          'relay-500',
          ({ result }) => (result.delay ? result.delay[which] / 1_000 : undefined),
          2,
        ),
      ),
    ],
  },
  {
    title: 'CPU µs for each request by its size, and how many times the bare proxy, one processor',
    columns: BODIES.map((id) => ({
      title: id.replace('body-', '').replace('k', ' kB').replace('-', ' '),
      cell: (results, target) => {
        const value = medianOf(results, id, target, perRequest);
        if (value === undefined) return NOTHING;
        return `${number(value)} (${number(ratioOf(results, id, target, 'bare', perRequest), 2)})`;
      },
    })),
  },
  {
    title: 'Open streams with a chunk every 25 s, all processors',
    columns: [
      figure('streams', 'held-10000', ({ heldStreams }) => heldStreams),
      figure(
        'kB/stream',
        'held-10000',
        ({ bytesPerStream }) => (bytesPerStream ? bytesPerStream / 1_000 : undefined),
        1,
      ),
      figure('CPU %', 'held-10000', ({ heldCpu }) => (heldCpu ? heldCpu * 100 : undefined), 1),
    ],
  },
  {
    title: 'Numbers of keys',
    columns: [
      figure('requests/s', 'keys', rate),
      figure('CPU µs/request', 'keys', perRequest),
      {
        title: '× 10 keys',
        cell: (results, target) => number(ratioOf(results, 'keys', target, 'asbru-keys-10', perRequest), 2),
      },
    ],
  },
  {
    title: 'Chat with an answer of 1.2 kB, all processors',
    note: 'Load and upstream are on the same processors.',
    columns: [
      figure('requests/s', 'chat-all-cores', rate),
      timesBare('× bare', 'chat-all-cores', rate),
      figure('CPU µs/request', 'chat-all-cores', perRequest),
    ],
  },
  {
    title: 'Start, and nothing to do',
    columns: [
      start('ready after ms', ({ readyMs }) => readyMs, 0),
      start('idle memory MB', ({ idleBytes }) => idleBytes / 1e6, 0),
      start('idle CPU %', ({ idleCpu }) => idleCpu * 100, 1),
    ],
  },
];

/** The tables that have a figure, in Markdown. */
export function markdownTables(results: Results): string {
  return TABLES.map((table) => markdownTable(results, table))
    .filter((text) => text !== '')
    .join('\n');
}

function markdownTable(results: Results, { title, note, columns }: Table): string {
  const rows = results.targets
    .map(({ name, title: target }) => ({ target, cells: columns.map(({ cell }) => cell(results, name)) }))
    .filter(({ cells }) => cells.some((cell) => cell !== NOTHING && cell !== 'too slow'));
  if (rows.length === 0) return '';
  const lines = [
    `### ${title}\n`,
    ...(note === undefined ? [] : [`${note}\n`]),
    `| | ${columns.map((column) => column.title).join(' | ')} |`,
    `|---|${columns.map(() => '---:|').join('')}`,
    ...rows.map(({ target, cells }) => `| ${target} | ${cells.join(' | ')} |`),
  ];
  return `${lines.join('\n')}\n`;
}
