/** Leave to send one request; whoever has it says how it went. What comes after the last word is ignored. */
export interface Permit {
  /** The first token came after so many milliseconds. A later failure() says that the answer then broke. */
  success(firstTokenMs: number): void;
  /** The target failed: an error of its own, silence, a cut. */
  failure(): void;
  /** It says nothing of the target: the client left, the request was at fault, a limit was met. */
  release(): void;
}

/** For targets that nobody watches. */
export const FREE_PERMIT: Permit = { success: () => undefined, failure: () => undefined, release: () => undefined };
