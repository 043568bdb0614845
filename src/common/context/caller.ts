/** Who calls: what the parts of the gateway that know nothing of keys need of him. */
export abstract class Caller {
  /** Tells callers apart: for fairness between them, and as the owner of what is stored for them. */
  abstract readonly id: string;
  /** Whether prompts and answers may be stored for him, as in stored responses. */
  abstract readonly storesContent: boolean;
}

/** All who call without a key, in mode `open`. */
export const ANONYMOUS: Caller = { id: 'anonymous', storesContent: true };
