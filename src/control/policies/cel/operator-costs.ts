import { type CallCost, NOTHING } from './function-costs.js';
import type { Shape } from './variables.js';

type Cost = (left: Shape, right: Shape) => CallCost;

/** May overflow, or divide by zero. */
const arithmetic: Cost = () => ({ steps: 1, shape: NOTHING, canFail: true });

const sum: Cost = (left, right) => {
  const size = left.size + right.size;
  // Texts and lists have no bound that they could leave; numbers have.
  if (size === 0) return arithmetic(left, right);
  const { item } = larger(left, right);
  return { steps: item ? size : size / 16, shape: { size, ...(item && { item }) } };
};

const COSTS: Readonly<Record<string, Cost>> = {
  // A header is always there; an element of a list may not be.
  '[]': (left) => ({ steps: 1, shape: left.item ?? NOTHING, canFail: left.size > 0 }),
  '+': sum,
  '-': arithmetic,
  '*': arithmetic,
  '/': arithmetic,
  '%': arithmetic,
  in: (left, right) => ({ steps: right.size * (1 + left.size / 32), shape: NOTHING }),
};

const comparison: Cost = (left, right) => ({ steps: charactersOf(left, right) / 32, shape: NOTHING });

/** What an operator takes and gives, for operands of a size. */
export function costOfOperator(op: string, left: Shape, right: Shape): CallCost {
  return (COSTS[op] ?? comparison)(left, right);
}

/** What is as large as either. */
export function larger(one: Shape, other: Shape): Shape {
  const item = one.item && other.item ? larger(one.item, other.item) : (one.item ?? other.item);
  return { size: Math.max(one.size, other.size), ...(item && { item }) };
}

/** Characters that two values have to be compared in, at most. */
function charactersOf(one: Shape, other: Shape): number {
  const elements = Math.min(one.size, other.size);
  return one.item && other.item ? elements * 32 + elements * charactersOf(one.item, other.item) : elements;
}
