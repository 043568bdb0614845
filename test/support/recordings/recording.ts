/**
 * What a vendor's API answers, in the shape that it documents or that somebody recorded: `source` names where the shape
 * comes from. Texts are shortened.
 */
export interface Recording {
  /** The provider's `type`. */
  readonly type: string;
  readonly source: string;
  /** What follows the origin in the documented base URL. */
  readonly base: string;
  /** Where chat completions are. */
  readonly path: string;
  /** The header that holds the key `key-1`; undefined: none is sent. */
  readonly auth?: readonly [header: string, value: string];
  readonly model: string;
  readonly whole: Record<string, unknown>;
  /** The events of a stream; a text is sent as it stands. */
  readonly stream: readonly (Record<string, unknown> | string)[];
  readonly refusal: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
  /** What the gateway must make of it. */
  readonly expected: {
    readonly whole: Outcome;
    readonly stream: Outcome;
    readonly error: Record<string, unknown> & { readonly status: number };
    /** Headers of the refused answer. */
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** A request with parameters that the vendor takes otherwise, and what is sent of it. */
  readonly request?: {
    readonly asked: Record<string, unknown>;
    readonly sent: Record<string, unknown>;
    /** Names that must not be sent. */
    readonly unsent?: readonly string[];
    readonly filtered: readonly string[];
  };
}

export interface Outcome {
  readonly content: string | null;
  readonly reasoning?: string;
  readonly finish: string;
  readonly tools?: readonly { readonly name: string; readonly arguments: string }[];
  /** Undefined: the upstream says none. */
  readonly usage?: Record<string, unknown>;
}

/** OpenAI's usage of a small answer. */
export function usage(prompt: number, completion: number, more: Record<string, unknown> = {}) {
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion, ...more };
}

/** Chunks of one answer: each delta in a chunk of its own, and then what is given as it is. */
export function chunks(
  head: Record<string, unknown>,
  deltas: readonly Record<string, unknown>[],
  ...last: readonly Record<string, unknown>[]
): Record<string, unknown>[] {
  const all = deltas.map((delta) => ({ choices: [{ index: 0, delta, finish_reason: null }] }));
  return [...all, ...last].map((chunk) => Object.assign({}, head, chunk));
}

/** The chunk that finishes the only choice. */
export function finish(reason: string, more: Record<string, unknown> = {}, delta: Record<string, unknown> = {}) {
  return { choices: [{ index: 0, delta, finish_reason: reason }], ...more };
}
