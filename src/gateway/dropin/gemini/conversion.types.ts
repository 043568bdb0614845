import type { ChatRequest } from '../../openai/chat.types.js';

/** A generateContent request as chat, and what its answer needs to become generateContent's again. */
export interface Conversion {
  readonly chat: ChatRequest;
  /** Places of the body that have no effect. */
  readonly unsent: readonly string[];
  /** Places whose meaning was adapted. */
  readonly transformed: readonly string[];
  /** For each message of the chat, the place in the body that it comes from. */
  readonly paths: readonly string[];
  readonly shape: AnswerShape;
}

/** What the caller wants of the answer that the chat request does not say. */
export interface AnswerShape {
  readonly includeThoughts: boolean;
  /**
   * A schema whose root is no object was put into one, because chat has no other: the answer's text is the value of
   * that object's only member; `text` is a string written without its quotes.
   */
  readonly unwrap: 'no' | 'json' | 'text';
  /** Sequences that end the text and that chat has no room for. */
  readonly moreStops: readonly string[];
}

/** Takes note of places while a request is converted. */
export class ConversionNotes {
  readonly unsent: string[] = [];
  readonly transformed: string[] = [];
}
