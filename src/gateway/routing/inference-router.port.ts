import type { Observable } from 'rxjs';
import type { CallContext } from '../../common/context/call-context.js';
import type { ChatChunk, ChatCompletion, ChatRequest } from '../openai/chat.types.js';
import type { TextCompletion, TextRequest } from '../openai/completion.types.js';
import type { Attempt } from '../providers/attempt.js';
import type { Operation, Provider } from '../providers/provider.port.js';

/** What routing reads of a request; the rest is for who sends it. */
export interface RoutedRequest {
  /** As the caller wrote it: a route, an alias, `provider/id` or a bare id. */
  readonly model: string;
  readonly stream?: boolean | null;
  readonly fallbacks?: string[] | null;
  /** For an estimate of the prompt's tokens, which latencies are compared by. */
  readonly messages?: unknown;
  readonly prompt?: unknown;
  readonly max_tokens?: unknown;
  readonly max_completion_tokens?: unknown;
  readonly n?: unknown;
  readonly service_tier?: unknown;
  readonly tools?: unknown;
  readonly system?: unknown;
}

/**
 * Asks one provider: `request.model` is its own id of the model. Called once for each attempt, so that nothing of a
 * failed one is left in the next; an Observable that fails before its first emission may be followed by another attempt.
 */
export type Send<R, T> = (provider: Provider, request: R, attempt: Attempt) => Observable<T>;

/** What a form of request asks of its way. */
export interface RouteRules {
  /**
   * Only providers that have the operation are asked. A bare model that nobody lists goes to the only provider that has
   * it. When none of those that may answer has it, the refusal says so with the operation's name.
   */
  readonly needs?: { readonly operation: Operation; readonly name: string };
  /** Whether the request cannot be sent again: its body came in while it was sent, and is gone. */
  readonly isSpent?: () => boolean;
  /** How many answers the body wanted, where only its end says so: `n` is then what is held for. */
  readonly choicesIn?: () => number;
  /** Whether it costs nothing, whatever the model: the tokens of a prompt are counted. */
  readonly isFree?: boolean;
}

/**
 * Finds who answers a request and gets the answer, across failures. The class is the injection token.
 * The Observables keep the promises of Provider: cold, and nothing is emitted before the answer's first piece.
 */
export abstract class InferenceRouter {
  abstract complete(request: ChatRequest, call: CallContext): Observable<ChatCompletion>;
  abstract stream(request: ChatRequest, call: CallContext): Observable<readonly ChatChunk[]>;
  abstract completeText(request: TextRequest, call: CallContext): Observable<TextCompletion>;
  abstract streamText(request: TextRequest, call: CallContext): Observable<readonly TextCompletion[]>;
  /** The same for any other form of request and answer: along the same plan, with the same retries and fallbacks. */
  abstract route<R extends RoutedRequest, T>(
    request: R,
    call: CallContext,
    send: Send<R, T>,
    rules?: RouteRules,
  ): Observable<T>;
}
