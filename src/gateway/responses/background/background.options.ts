/** Times in milliseconds. */
export const BACKGROUND = {
  /** Responses that run at once in one process, and that wait for it. */
  running: 64,
  waiting: 1_000,
  /** How long others believe that a response still runs, without a further word of its node. */
  leaseMs: 60_000,
  /** Between two looks whether there is something new to write. */
  tickMs: 1_000,
  /** A response without news writes its lease this often, and learns then that it was cancelled elsewhere. */
  renewMs: 5_000,
  /** How long the last event waits for the database. */
  patienceMs: 5_000,
  retryMs: 1_000,
} as const;
