import type { SseEvent } from '../../../common/sse/sse-parser.js';
import type { Usage } from '../../openai/chat.types.js';

/**
 * Reads the events of a stream that is relayed, for what the gateway has to know of it. One for each stream.
 * It changes nothing but what `event` returns.
 */
export interface StreamInspector {
  /**
   * Looks at one event. Returns the event's new `data` where the contract asks for another (the caller's name of the
   * model), else undefined: its bytes go out as they came.
   * @throws GatewayError for an error event, and for one that the dialect does not allow
   */
  event(event: SseEvent): string | undefined;
  /** Whether a piece of answer has been seen (content, reasoning, a tool call, an end): the commit point. */
  readonly hasBegun: boolean;
  /** Whether the dialect's own end has been seen. */
  readonly isFinished: boolean;
  /**
   * For a dialect without an end mark: whether the answer is whole if its body ends here, though more may come. A body
   * that is not ended soon after is taken for ended.
   */
  readonly mayEnd?: boolean;
  /** In OpenAI's terms; undefined while the upstream has not said it. Never invented. */
  readonly usage: Usage | undefined;
  /** In OpenAI's terms. */
  readonly finishReason: string | undefined;
}

/** Reads a whole answer that is relayed. */
export interface WholeInspection {
  /** The answer's text: as it came, or with the caller's name of the model. */
  readonly text: string;
  readonly usage: Usage | undefined;
  readonly finishReason: string | undefined;
}
