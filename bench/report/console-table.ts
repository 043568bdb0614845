import { medianOf, ratioOf, type Results } from './results.js';

/** One line for each case and target: medians, and how many times the bare proxy they are. */
export function summaryLines(results: Results): string[] {
  const ids = [...new Set(results.samples.map((sample) => sample.case))];
  const lines = ids.flatMap((id) => [
    `\n${id}`.padEnd(24) +
      ['req/s', 'µs/req', '× bare', 'µs/chunk', 'p50 µs', 'p99 µs', 'p99.9 µs']
        .map((text) => text.padStart(10))
        .join(''),
    ...results.targets.map(
      ({ name }) =>
        `  ${name}`.padEnd(23) +
        figuresOf(results, id, name)
          .map((text) => text.padStart(10))
          .join(''),
    ),
  ]);
  return lines;
}

function figuresOf(results: Results, id: string, target: string): string[] {
  const show = (value: number | undefined, digits: number): string =>
    value === undefined || Number.isNaN(value) ? '-' : value.toFixed(digits);
  const time = (name: 'p50' | 'p99' | 'p999'): string =>
    show(
      medianOf(results, id, target, ({ result }) => (result.latency ?? result.delay)?.[name]),
      0,
    );
  const cpu = (sample: { cpuMicrosPerRequest: number }): number => sample.cpuMicrosPerRequest;
  return [
    show(
      medianOf(results, id, target, (sample) => sample.requestsPerSecond),
      0,
    ),
    show(medianOf(results, id, target, cpu), 1),
    show(ratioOf(results, id, target, 'bare', cpu), 2),
    show(
      medianOf(results, id, target, (sample) => sample.cpuMicrosPerChunk),
      2,
    ),
    time('p50'),
    time('p99'),
    time('p999'),
  ];
}
