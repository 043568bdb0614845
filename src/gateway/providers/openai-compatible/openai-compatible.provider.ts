import { firstValueFrom, type Observable } from 'rxjs';
import { CallContext } from '../../../common/context/call-context.js';
import type { GatewayError } from '../../../common/errors/gateway-error.js';
import { hopHeaders } from '../../../common/http/hops.js';
import { isRecord } from '../../../common/json/is-record.js';
import type { UpstreamRequest } from '../../../common/http/upstream-client.js';
import type { ChatChunk, ChatCompletion, ChatRequest } from '../../openai/chat.types.js';
import type { TextCompletion, TextRequest } from '../../openai/completion.types.js';
import { outputLengthOf } from '../../openai/output-length.js';
import { Attempt } from '../attempt.js';
import { cappedRequest } from '../parameter-caps.js';
import { Provider, unsupportedOperation, type UpstreamModel } from '../provider.port.js';
import type { AddressedOperation, AnswerRules } from '../profiles/provider-profile.types.js';
import type { RequestNotes } from '../request-draft.js';
import { ChunkNormaliser } from './chunk-normaliser.js';
import { normaliseCompletion, numberOr, queueTimeOf } from './completion-normaliser.js';
import { readModels } from './model-list.js';
import { readBodyError } from './error-reader.js';
import { normaliseText, TextChunkNormaliser } from './text-normaliser.js';
import { translateRateLimits } from './translate-rate-limits.js';
import { pathOf } from './upstream-path.js';
import { openStream } from './upstream-stream.js';
import type { AnswerReading } from './upstream-answer.js';
import { openWhole } from './upstream-whole.js';

const OPENAI_PATHS = { root: '/v1' };
const OPENAI_ANSWERS: AnswerRules = { thinkTags: false, rateLimits: {}, statuses: {} };

/**
 * An upstream that speaks OpenAI's chat dialect. What is its own, it declares: name, operations,
 * parameter tables, and how it wants a request written.
 */
export abstract class OpenAiCompatibleProvider extends Provider {
  /** Whether a piece of a stream that is not JSON is counted and left out, instead of failing the answer. */
  protected abstract skipsMalformed(model: string): boolean;

  /** How answers differ from OpenAI's. */
  protected readonly answers: AnswerRules = OPENAI_ANSWERS;

  /** The chat body for the upstream; notes what was filtered. @throws GatewayError 400 */
  protected abstract chatBody(request: ChatRequest, notes: RequestNotes): Record<string, unknown>;
  /** The text completion body for the upstream. @throws GatewayError 400 */
  protected abstract textBody(request: TextRequest, notes: RequestNotes): Record<string, unknown>;

  /** Where an operation is, below the base URL. */
  protected pathOf(operation: AddressedOperation, _model: string): string {
    return pathOf(OPENAI_PATHS, operation, '');
  }

  /** The refusal of an operation that the provider does not have. */
  protected unsupported(operation: string): GatewayError {
    return unsupportedOperation(operation, this.name);
  }

  override complete(request: ChatRequest, attempt: Attempt): Observable<ChatCompletion> {
    return openWhole(() => {
      const body = this.chatBody(cappedRequest(request, attempt), attempt);
      return {
        provider: this.name,
        request: post(attempt, this.pathOf('chat', request.model), body),
        attempt,
        reading: this.reading,
        read: (answer) => {
          this.refuseError(answer);
          const { answers } = this;
          const options = { ...namesOf(request, attempt), jsonFormat: asksForJson(body), answers };
          const completion = normaliseCompletion(answer, options);
          attempt.usage = completion.usage;
          attempt.outputLength = outputLengthOf(completion);
          attempt.queueTime = queueTimeOf(completion.time_info);
          attempt.finishReason = completion.choices[0]?.finish_reason;
          return completion;
        },
      };
    });
  }

  override stream(request: ChatRequest, attempt: Attempt): Observable<readonly ChatChunk[]> {
    return openStream(() => {
      const body = this.chatBody(cappedRequest(request, attempt), attempt);
      const { answers, reading } = this;
      const options = { ...namesOf(request, attempt), jsonFormat: asksForJson(body), answers };
      return {
        provider: this.name,
        request: post(attempt, this.pathOf('chat', request.model), body),
        attempt,
        reading,
        skipMalformed: this.skipsMalformed(request.model),
        normaliser: new ChunkNormaliser(options, numberOr(request.n, 1)),
      };
    });
  }

  override completeText(request: TextRequest, attempt: Attempt): Observable<TextCompletion> {
    return openWhole(() => ({
      provider: this.name,
      request: post(
        attempt,
        this.pathOf('completions', request.model),
        this.textBody(cappedRequest(request, attempt), attempt),
      ),
      attempt,
      reading: this.reading,
      read: (answer) => {
        this.refuseError(answer);
        const completion = normaliseText(answer, { ...namesOf(request, attempt), answers: this.answers });
        attempt.usage = completion.usage ?? undefined;
        attempt.outputLength = outputLengthOf(completion);
        attempt.queueTime = queueTimeOf(completion.time_info);
        attempt.finishReason = completion.choices[0]?.finish_reason ?? undefined;
        return completion;
      },
    }));
  }

  override streamText(request: TextRequest, attempt: Attempt): Observable<readonly TextCompletion[]> {
    return openStream(() => ({
      provider: this.name,
      request: post(
        attempt,
        this.pathOf('completions', request.model),
        this.textBody(cappedRequest(request, attempt), attempt),
      ),
      attempt,
      reading: this.reading,
      skipMalformed: this.skipsMalformed(request.model),
      normaliser: new TextChunkNormaliser(
        { ...namesOf(request, attempt), answers: this.answers },
        numberOr(request.n, 1) * promptCount(request.prompt),
      ),
    }));
  }

  /** How heads and errors of its answers are read, whatever the operation. */
  get reading(): AnswerReading {
    const { rateLimits, statuses } = this.answers;
    return { headers: (headers) => translateRateLimits(headers, rateLimits), statuses };
  }

  /** @throws GatewayError for an answer whose status is 200 and whose body is an error */
  private refuseError(answer: unknown): void {
    const error = readBodyError(this.name, answer, this.answers.statuses);
    if (error) throw error;
  }

  override listModels(): Promise<UpstreamModel[]> {
    const [key] = this.keys;
    if (!key) return Promise.resolve([]);
    const attempt = new Attempt(new CallContext('model-list'), this.name, key, this.clocksOf(''), '');
    const request: UpstreamRequest = { method: 'GET', path: this.pathOf('models', ''), headers: { ...key.headers } };
    return firstValueFrom(openWhole(() => ({ provider: this.name, request, attempt, read: readModels })));
  }
}

function post({ key, traceHeaders, call }: Attempt, path: string, body: Record<string, unknown>): UpstreamRequest {
  return {
    method: 'POST',
    path,
    headers: { ...key.headers, ...traceHeaders, ...hopHeaders(call.hops), 'content-type': 'application/json' },
    body: call.source?.write(body) ?? JSON.stringify(body),
  };
}

function namesOf({ model }: { model: string }, { call }: Attempt): { model: string; answerModel?: string } {
  return call.answerModel === undefined ? { model } : { model, answerModel: call.answerModel };
}

function asksForJson({ response_format }: Record<string, unknown>): boolean {
  return isRecord(response_format) && response_format.type !== 'text';
}

/** A list of strings or of token lists is several prompts; one list of tokens is one. */
function promptCount(prompt: TextRequest['prompt']): number {
  return Array.isArray(prompt) && typeof prompt[0] !== 'number' ? prompt.length : 1;
}
