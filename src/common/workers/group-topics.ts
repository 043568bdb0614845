import { topic } from './topic.js';

/** What one worker tells others by way of the supervisor: the topic's name, the message, and whom; null: all others. */
export type Told = readonly [topic: string, message: unknown, to: number | null];
/** The same as it arrives: with whom it comes from. */
export type Heard = readonly [topic: string, message: unknown, from: number];

/** What every worker and the supervisor say to each other. */
export const GROUP = {
  /** The worker answers requests. */
  ready: topic<null>('ready'),
  tell: topic<Told>('tell'),
  told: topic<Heard>('told'),
  /** Another worker has ended. */
  left: topic<number>('left'),
  /** The worker is to answer what it has, and to end. */
  drain: topic<NodeJS.Signals>('drain'),
  /** How often a worker took the place of another. */
  restarts: topic<null, number>('restarts'),
};
