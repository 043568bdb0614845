import type { ThinkingDisplay } from '../to-chat/thinking.js';

/** What an answer needs to know of its request. */
export interface AnswerOptions {
  /** Of the message. */
  readonly id: string;
  /** What the caller asked for, word for word. */
  readonly model: string;
  readonly thinking: ThinkingDisplay;
  /** Stop sequences that the upstream was not told. */
  readonly stops: readonly string[];
  /** An estimate of the prompt's tokens, for before the upstream says it. */
  readonly promptTokens: () => number;
}
