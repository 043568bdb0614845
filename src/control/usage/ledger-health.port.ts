/** How the ledger of this process stands. */
export interface LedgerState {
  /** Attempts that have ended and are not in the database yet. */
  readonly backlog: number;
  /** Attempts that have begun and not ended. */
  readonly unfinished: number;
  /** Size of the write-ahead log on disk, in bytes. */
  readonly logBytes: number;
  /** Whether the log can take more; when not, calls that must be accounted for are refused. */
  readonly accepts: boolean;
}

/** What metrics show of the ledger. The class is the injection token. */
export abstract class LedgerHealth {
  abstract get current(): LedgerState;
}
