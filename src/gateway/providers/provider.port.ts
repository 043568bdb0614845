import type { Observable } from 'rxjs';
import type { UpstreamClocks } from '../../common/http/upstream-client.js';
import type { ChatChunk, ChatCompletion, ChatRequest } from '../openai/chat.types.js';
import type { TextCompletion, TextRequest } from '../openai/completion.types.js';
import type { Attempt, ProviderKey } from './attempt.js';
import type { ProviderQuota } from './cerebras/quota/quota.port.js';
import type { ParameterTable } from './parameter-table.js';

/** What a provider can do natively. The Responses API is made of chat, so it is none of these. */
export type Operation = 'chat' | 'completions' | 'models';

/** A model as the upstream lists it. */
export interface UpstreamModel {
  id: string;
  created: number;
  owned_by: string;
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
  /** Its credentials; at least one. */
  abstract readonly keys: readonly ProviderKey[];

  /** The limits of its keys as far as they are known before a request is sent. */
  readonly quota?: ProviderQuota;

  /** How long each phase of a request to the model may last. */
  abstract clocksOf(model: string): UpstreamClocks;

  abstract complete(request: ChatRequest, attempt: Attempt): Observable<ChatCompletion>;
  abstract stream(request: ChatRequest, attempt: Attempt): Observable<readonly ChatChunk[]>;
  abstract completeText(request: TextRequest, attempt: Attempt): Observable<TextCompletion>;
  abstract streamText(request: TextRequest, attempt: Attempt): Observable<readonly TextCompletion[]>;
  /** The models that the upstream offers now. */
  abstract listModels(): Promise<UpstreamModel[]>;
}
