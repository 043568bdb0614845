import { type Observable, throwError } from 'rxjs';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { UpstreamClocks } from '../../common/http/upstream-client.js';
import type { ChatChunk, ChatCompletion, ChatRequest } from '../openai/chat.types.js';
import type { TextCompletion, TextRequest } from '../openai/completion.types.js';
import type { Attempt, ProviderKey } from './attempt.js';
import type { ProviderQuota } from './cerebras/quota/quota.port.js';
import type { ParameterTable } from './parameter-table.js';
import type { PassthroughKeys } from './passthrough/passthrough-keys.js';
import type { RelayedOperation, RelayedPart, RelayedRequest } from './relayed-operation.port.js';

/**
 * What a provider can do natively. `responses`, `messages` and `generate_content` are chat in other dialects: a provider
 * that has one of them is relayed to when the caller speaks it, and any other answers by conversion from chat.
 */
export type Operation = 'chat' | 'completions' | 'models' | NativeDialect | RelayedOperation;

/** Dialects of a conversation beside OpenAI's chat: OpenAI's Responses, Anthropic's Messages, Gemini's generateContent. */
export type NativeDialect = 'responses' | 'messages' | 'generate_content';

/** A request in the upstream's own dialect, which goes out as it came but for the model's name. */
export interface NativeRequest {
  readonly dialect: NativeDialect;
  /** The upstream's id of the model. */
  readonly model: string;
  /** The caller's body, its numbers exact. It is not changed. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Headers of the caller that the dialect's surface lets through, such as `anthropic-beta`. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is wanted; an answer unless it says otherwise. Counting has no stream. */
  readonly purpose?: 'answer' | 'count_tokens';
}

/** A model as the upstream lists it. */
export interface UpstreamModel {
  id: string;
  created: number;
  owned_by: string;
  /** Tokens of its window, where the list says so. */
  context_length?: number;
}

/**
 * What every upstream is to the gateway; the class is also the injection token of its kind.
 *
 * All Observables are cold: subscribing sends the request, unsubscribing aborts it upstream.
 * Failures are GatewayErrors. Streams emit batches, one for each read of the upstream's socket,
 * so that a burst of tokens costs one write; the first batch always holds a first piece of answer
 * (content, reasoning, a tool call or a finish reason), never a bare role: it is the commit point.
 */
export abstract class Provider {
  /** The prefix of its model routes, as in `cerebras/gpt-oss-120b`. */
  abstract readonly name: string;
  /** Which API it speaks, as configuration calls it: the key of its catalogue of models. */
  abstract readonly kind: string;
  abstract readonly operations: ReadonlySet<Operation>;
  /** What becomes of each parameter of the caller, by operation. */
  abstract readonly parameters: Readonly<Record<'chat' | 'completions', ParameterTable>>;

  /** Origin of its API, for traces. */
  abstract readonly origin: string;
  /** Its credentials; none only where callers send their own. */
  abstract readonly keys: readonly ProviderKey[];

  /** Where callers' own keys take the place of these: whoever makes the provider sets it. */
  passthrough?: PassthroughKeys;

  /** The limits of its keys as far as they are known before a request is sent. */
  readonly quota?: ProviderQuota;

  /** How long each phase of a request to the model may last. */
  abstract clocksOf(model: string): UpstreamClocks;

  abstract complete(request: ChatRequest, attempt: Attempt): Observable<ChatCompletion>;
  abstract stream(request: ChatRequest, attempt: Attempt): Observable<readonly ChatChunk[]>;
  completeText(_request: TextRequest, _attempt: Attempt): Observable<TextCompletion> {
    return throwError(() => unsupportedOperation('text completion', this.name));
  }

  streamText(_request: TextRequest, _attempt: Attempt): Observable<readonly TextCompletion[]> {
    return throwError(() => unsupportedOperation('text completion', this.name));
  }

  /** The text of a whole answer in the dialect that was asked in, `model` as the caller named it. */
  relay({ dialect }: NativeRequest, _attempt: Attempt): Observable<string> {
    return throwError(() => unsupportedOperation(dialect, this.name));
  }

  /**
   * The frames of a streamed answer as they came, in the batches in which they came; the first holds the first piece of
   * answer. Completes only after the dialect's own end; an error event of the upstream is an error, not a frame.
   */
  relayStream({ dialect }: NativeRequest, _attempt: Attempt): Observable<string> {
    return throwError(() => unsupportedOperation(dialect, this.name));
  }

  /**
   * An operation that has no form of the gateway's own (embeddings, images, speech, files …): the answer's head, then
   * its bytes as they came. Nothing is emitted before the answer has begun; of a JSON answer not before it is whole, if
   * it is of a usual size. Completes only when the answer is whole.
   */
  relayOperation({ name }: RelayedRequest, _attempt: Attempt): Observable<RelayedPart> {
    return throwError(() => unsupportedOperation(name, this.name));
  }

  /** The models that the upstream offers now. */
  abstract listModels(): Promise<UpstreamModel[]>;
}

/** The refusal of what a provider does not have, in the words that Bifrost's users know. */
export function unsupportedOperation(operation: string, provider: string): GatewayError {
  return new GatewayError('unsupported_operation', `${operation} is not supported by the ${provider} provider`);
}
