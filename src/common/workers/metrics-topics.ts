import { topic } from './topic.js';

/** What one worker counted, as it wrote it: only workers read it. */
export type Snapshot = string;

/** What the supervisor gathers: of the workers that are there, and of those that were, the last that was gathered. */
export interface Gathered {
  readonly live: readonly Snapshot[];
  readonly departed: readonly Snapshot[];
}

export const METRICS = {
  gather: topic<null, Gathered>('metrics.gather'),
  snapshot: topic<null, Snapshot>('metrics.snapshot'),
  /** The first so many of the departed are told by one. */
  fold: topic<{ readonly replaces: number; readonly by: Snapshot }>('metrics.fold'),
};
