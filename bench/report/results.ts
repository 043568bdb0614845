import type { Machine } from '../harness/machine.js';
import type { Sample } from '../harness/measure.js';
import type { Failure, LedgerCheck } from '../scenarios/loads.js';
import type { Start } from '../scenarios/starts.js';
import { median, pairedRatio } from '../harness/stats.js';

/** A run, as it is kept in bench/results. */
export interface Results {
  readonly about: Machine;
  readonly options: { readonly rounds: number; readonly seconds: number; readonly warmUpSeconds: number };
  readonly targets: ReadonlyArray<{ readonly name: string; readonly title: string; readonly isPeer: boolean }>;
  readonly skipped: ReadonlyArray<{ readonly target: string; readonly why: string }>;
  readonly samples: readonly Sample[];
  readonly starts: readonly Start[];
  readonly ledgers: readonly LedgerCheck[];
  readonly failures: readonly Failure[];
}

/** Several runs as one: a kind of load counts as the last of them measured it. What is told of the machine is the first's. */
export function joined([first, ...others]: readonly Results[]): Results {
  if (!first) throw new Error('There is no run to show');
  return others.reduce(
    (all, run) => ({
      ...all,
      targets: [...all.targets, ...run.targets.filter(({ name }) => all.targets.every((known) => known.name !== name))],
      skipped: [...all.skipped, ...run.skipped],
      samples: [...without(all.samples, run), ...run.samples],
      starts: [...all.starts, ...run.starts],
      ledgers: [...all.ledgers, ...run.ledgers],
      failures: [...without(all.failures, run), ...run.failures],
    }),
    first,
  );
}

/** What is of kinds of load that a run did not measure. */
function without<T extends { readonly case?: string }>(all: readonly T[], { samples }: Results): T[] {
  const again = new Set<string | undefined>(samples.map((sample) => sample.case));
  return all.filter((each) => !again.has(each.case));
}

/** Reads one figure of a sample; undefined: it has none. */
export type Figure = (sample: Sample) => number | undefined;

/** The samples of a target in a case, by round. */
export function samplesOf({ samples }: Results, id: string, target: string): Sample[] {
  return samples
    .filter((sample) => sample.case === id && sample.target === target)
    .toSorted((one, other) => one.round - other.round);
}

/** The median over all rounds; undefined when the target has no such figure. */
export function medianOf(results: Results, id: string, target: string, figure: Figure): number | undefined {
  const values = samplesOf(results, id, target)
    .map(figure)
    .filter((value) => value !== undefined);
  return values.length === 0 ? undefined : median(values);
}

/** How many times the figure of another target it is, round by round. */
export function ratioOf(
  results: Results,
  id: string,
  target: string,
  base: string,
  figure: Figure,
): number | undefined {
  const [values, bases] = [target, base].map((name) =>
    samplesOf(results, id, name).map((sample) => figure(sample) ?? Number.NaN),
  );
  if (!values?.length || !bases?.length) return undefined;
  return pairedRatio(values, bases);
}
