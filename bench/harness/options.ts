import { parseArgs } from 'node:util';
import { type Group, GROUP_NAMES } from '../scenarios/cases.js';
import { TARGETS } from '../targets/all.js';
import type { Target } from '../targets/target.js';

export interface Options {
  readonly groups: readonly Group[];
  readonly targets: readonly Target[];
  readonly rounds: number;
  /** Of each load. */
  readonly seconds: number;
  /** Of the load before each. */
  readonly warmUpSeconds: number;
  /** Where the raw figures go. Default: bench/results/<date>.json. */
  readonly out: string | undefined;
  /** Whether docs/performance.md and its plot are written from this run. */
  readonly writesDocs: boolean;
  /** Raw figures of earlier runs, to be shown as one, with commas; then nothing is measured. */
  readonly from: string | undefined;
}

export const USAGE = `npm run bench -- [options]

  --only chat,stream        kinds of load: ${GROUP_NAMES.join(', ')}
  --targets direct,bare     what is measured: ${TARGETS.map(({ name }) => name).join(', ')}
  --rounds 3                rounds, in each of which every target has its turn
  --seconds 2               length of each turn
  --warm-up 1.5             length of the load before each turn, which does not count; the first of a kind takes 20 s
  --out file.json           where the raw figures go
  --docs                    writes the table and the plot of docs/performance.md
  --from a.json,b.json      shows these runs as one, a kind of load as the last of them has it, and measures nothing
  --help
`;

/** @throws Error that says what is wrong with the arguments */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      targets: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '2' },
      'warm-up': { type: 'string', default: '1.5' },
      out: { type: 'string' },
      from: { type: 'string' },
      docs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    groups: chosen('--only', values.only, GROUP_NAMES, (name) => name),
    targets: chosen('--targets', values.targets, TARGETS, ({ name }) => name),
    rounds: positive('--rounds', values.rounds),
    seconds: positive('--seconds', values.seconds),
    warmUpSeconds: positive('--warm-up', values['warm-up']),
    out: values.out,
    writesDocs: values.docs,
    from: values.from,
  };
}

function chosen<T>(
  option: string,
  list: string | undefined,
  all: readonly T[],
  nameOf: (item: T) => string,
): readonly T[] {
  if (list === undefined) return all;
  const names = new Set(list.split(','));
  for (const name of names)
    if (!all.some((item) => nameOf(item) === name)) throw new Error(`${option}: there is no '${name}'`);
  return all.filter((item) => names.has(nameOf(item)));
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${option}: '${text}' is no positive number`);
  return value;
}
