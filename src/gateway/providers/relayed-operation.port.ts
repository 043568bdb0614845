import type { Readable } from 'node:stream';

/** A request of an operation that the gateway relays without a form of its own. */
export interface RelayedRequest {
  /** What it is called in messages: `embeddings`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Of OpenAI's API, below its origin and with its query: `/v1/files?limit=2`. What came from a caller is encoded. */
  readonly path: string;
  /** The upstream's id of the model; empty where there is none (files, batches). */
  readonly model: string;
  /** Headers of this operation beside the provider's own: `content-type`, `content-length`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
  readonly answer: RelayedAnswerRules;
}

/** What an answer of the operation may be. */
export interface RelayedAnswerRules {
  /**
   * `json`: JSON or a stream of events, anything else is no answer; `media`: audio or text as well; `file`: whatever
   * was stored.
   */
  readonly kind: 'json' | 'media' | 'file';
  /** Whether a 404 is about the thing that the path names; else it is about the model. */
  readonly namesThing?: boolean;
}

/** The head of an answer; it goes out before its first bytes. */
export interface RelayedHead {
  readonly status: number;
  /** Only those that a caller may see. */
  readonly headers: Readonly<Record<string, string>>;
  readonly isEventStream: boolean;
}

/** An answer piece by piece: its head first, then its bytes as they came. */
export type RelayedPart = RelayedHead | Buffer | string;

export function isHead(part: RelayedPart): part is RelayedHead {
  return typeof part === 'object' && !Buffer.isBuffer(part);
}
