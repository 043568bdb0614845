import type { Readable } from 'node:stream';

/** Operations that the gateway relays without a form of its own. */
export type RelayedOperation =
  'embeddings' | 'images' | 'speech' | 'transcriptions' | 'translations' | 'moderations' | 'files' | 'batches';

/** A request of such an operation. */
export interface RelayedRequest {
  readonly operation: RelayedOperation;
  /** What it is called in messages: `image generation`. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** What follows the operation's own path, as in `/generations` of images. What came from a caller is encoded. */
  readonly rest: string;
  /** Without its question mark; empty: none. */
  readonly query: string;
  /** The upstream's id of the model; empty where there is none (files, batches). */
  readonly model: string;
  /** The body for a model as the upstream calls it; without one, the request has none. */
  readonly content?: (model: string) => RelayedContent;
  readonly answer: RelayedAnswerRules;
}

export interface RelayedContent {
  readonly body: string | Buffer | Readable;
  /** `content-type`, and `content-length` where it is known. */
  readonly headers: Readonly<Record<string, string>>;
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
  /** Only those that a caller may see. */
  readonly headers: Readonly<Record<string, string>>;
  readonly isEventStream: boolean;
}

/** An answer piece by piece: its head first, then its bytes as they came. */
export type RelayedPart = RelayedHead | Buffer | string;

export function isHead(part: RelayedPart): part is RelayedHead {
  return typeof part === 'object' && !Buffer.isBuffer(part);
}
