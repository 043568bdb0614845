import type { ASTNode } from '@marcbachmann/cel-js';
import { literalText } from './expression-tree.js';
import { TIME_FIELDS } from './functions.js';
import { preparePattern } from './linear-patterns.js';
import type { Shape } from './variables.js';

/** What a call takes and gives, for values of a size. */
export interface CallCost {
  /** In steps of about 50 ns. */
  readonly steps: number;
  readonly shape: Shape;
  /** Whether it can end in an error, which is dear: loops and `||` absorb one and go on. */
  readonly canFail?: boolean;
}

type Cost = (subject: Shape, argument: Shape, node: ASTNode | undefined) => CallCost;

export const NOTHING: Shape = { size: 0 };
/** The largest number as text. */
const NUMBER_TEXT = 32;

const searching: Cost = (subject, argument) => ({
  steps: 1 + (subject.size * Math.max(1, argument.size)) / 256,
  shape: NOTHING,
});

/** Functions whose cost is not that of reading their subject once. */
const COSTS: Readonly<Record<string, Cost>> = {
  contains: searching,
  indexOf: searching,
  lastIndexOf: searching,
  // A step of the automaton takes 3.4 ns for each state that is alive; all may be.
  matches: (subject, _argument, pattern) => ({ steps: 4 + (subject.size * programOf(pattern)) / 15, shape: NOTHING }),
  split: (subject) => ({ steps: 4 + subject.size, shape: { size: subject.size + 1, item: { size: subject.size } } }),
  join: (subject, separator) => {
    const size = subject.size * ((subject.item?.size ?? 0) + separator.size);
    return { steps: subject.size + size / 16, shape: { size } };
  },
};

const reading: Cost = (subject) => ({
  steps: 2 + subject.size / 16,
  shape: { size: Math.max(subject.item ? 0 : subject.size, NUMBER_TEXT) },
});

/** Functions that can fail, or may have to ask Intl for an offset, which takes as long. */
const FALLIBLE: ReadonlySet<string> = new Set(
  ['int', 'double', 'bool', 'timestamp', 'duration', 'substring', 'indexOf', 'lastIndexOf'].concat([...TIME_FIELDS]),
);

/** @param subject what the function is called on, or its first argument @param node the first argument as it was written */
export function costOfCall(name: string, subject: Shape, argument: Shape, node: ASTNode | undefined): CallCost {
  return { ...(COSTS[name] ?? reading)(subject, argument, node), canFail: FALLIBLE.has(name) };
}

function programOf(pattern: ASTNode | undefined): number {
  const text = literalText(pattern);
  return text === undefined ? Infinity : preparePattern(text);
}
