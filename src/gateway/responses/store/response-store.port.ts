/** A response as it is stored. All texts are the caller's data: they are in no log. */
export interface StoredResponse {
  /** Whose it is; another scope does not find it. */
  readonly scope: string;
  readonly id: string;
  readonly status: string;
  readonly background: boolean;
  /** The response that this one continues. */
  readonly previousId: string | null;
  /** The response object as JSON text, as its caller gets it. */
  readonly body: string;
  /** The items of its own `input`, each with an id, as JSON text; null until the upstream has seen them. */
  readonly input: string | null;
  readonly createdAt: Date;
  /** From when on it is not found any more. */
  readonly expiresAt: Date;
}

/** Consecutive events of a response, packed (see event-packing.ts). */
export interface EventRun {
  /** Sequence numbers of the first and the last of them. */
  readonly first: number;
  readonly last: number;
  readonly frames: Uint8Array;
}

/** What is written of a response at once. */
export interface ResponseEntry {
  readonly response: StoredResponse;
  readonly events: readonly EventRun[];
  /** Ids of the items in it that may be referred to. */
  readonly itemIds: readonly string[];
}

/** Who runs a background response, and until when the others believe it without a further word. */
export interface Lease {
  readonly owner: string;
  readonly until: Date;
}

/** In which state a running response is only settled: held by this owner, held by nobody any more, or held at all. */
export type Claim = { readonly owner: string } | { readonly expired: Date } | 'running';

/**
 * Where responses are kept. The class is the injection token. Everything is found by scope and id together, and what
 * has expired at `now` is not found.
 * @throws GatewayError `storage_unavailable` (503) from each method while the database is away
 */
export abstract class ResponseStore {
  /** Whether it can work, as far as is known without asking. */
  abstract readonly available: boolean;

  /** Writes whole entries, all or none; what is there with the same id is replaced. */
  abstract save(entries: readonly ResponseEntry[]): Promise<void>;
  abstract find(scope: string, id: string, now: Date): Promise<StoredResponse | undefined>;
  /**
   * The response and those that it continues, the oldest first, at most `limit`. Where one is missing, the list begins
   * after it.
   */
  abstract chain(scope: string, id: string, now: Date, limit: number): Promise<StoredResponse[]>;
  /** The responses that hold these items. */
  abstract withItems(scope: string, itemIds: readonly string[], now: Date): Promise<StoredResponse[]>;
  /** Deletes it with its events and items; false when there was none. */
  abstract remove(scope: string, id: string, now: Date): Promise<boolean>;
  /** Runs of events that go beyond sequence number `after`, in order. */
  abstract events(scope: string, id: string, after: number, limit: number): Promise<EventRun[]>;

  /** Writes a response that runs from now on. */
  abstract begin(response: StoredResponse, lease: Lease): Promise<void>;
  /** Adds what has come since; false when the lease is lost, because it was cancelled, deleted or given up. */
  abstract renew(entry: ResponseEntry, lease: Lease): Promise<boolean>;
  /** Ends a running response; false when the claim does not hold, and then nothing is written. */
  abstract settle(entry: ResponseEntry, claim: Claim): Promise<boolean>;
  /** Running responses whose lease has ended. */
  abstract orphans(now: Date, limit: number): Promise<StoredResponse[]>;

  /** Deletes up to `limit` responses that have expired, and returns how many. */
  abstract purge(now: Date, limit: number): Promise<number>;
}
