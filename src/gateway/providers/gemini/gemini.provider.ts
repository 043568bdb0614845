import { cappedNative, cappedRequest } from '../parameter-caps.js';
import { firstValueFrom, type Observable, throwError } from 'rxjs';
import { CallContext } from '../../../common/context/call-context.js';
import type { GatewayError } from '../../../common/errors/gateway-error.js';
import { hopHeaders } from '../../../common/http/hops.js';
import type { UpstreamClocks, UpstreamHeaders, UpstreamRequest } from '../../../common/http/upstream-client.js';
import { asNumber } from '../../../common/json/raw-json.js';
import type { ChatChunk, ChatCompletion, ChatRequest } from '../../openai/chat.types.js';
import { outputLengthOf } from '../../openai/output-length.js';
import { Attempt, type ProviderKey } from '../attempt.js';
import { noteHead } from '../openai-compatible/upstream-answer.js';
import { openWhole, openWholeText } from '../openai-compatible/upstream-whole.js';
import type { ProviderParts } from '../provider-parts.js';
import {
  type NativeRequest,
  type Operation,
  Provider,
  unsupportedOperation,
  type UpstreamModel,
} from '../provider.port.js';
import { openRelayStream } from '../relay/relay-stream.js';
import { openRelayWhole } from '../relay/relay-whole.js';
import { toGenerateContent } from './chat-request.js';
import { openChatStream } from './chat-stream.js';
import { type AnswerNames, readCompletion } from './completion.js';
import { readGeminiError } from './error-reader.js';
import { readEvent } from './event-reader.js';
import { GEMINI_CHAT_PARAMETERS } from './gemini-parameters.js';
import { type ModelPage, readModelPage } from './model-page.js';
import { GeminiInspector, inspectWhole } from './relay-inspection.js';

/** A list of models has at most so many pages here: one that never ends must not be read for ever. */
const MAX_PAGES = 20;

/** The Gemini API of Google AI, v1beta: https://ai.google.dev/api. */
export class GeminiProvider extends Provider {
  override readonly name: string;
  override readonly kind = 'gemini';
  override readonly keys: readonly ProviderKey[];
  override readonly origin: string;
  override readonly operations: ReadonlySet<Operation> = new Set<Operation>(['chat', 'models', 'generate_content']);
  override readonly parameters = { chat: GEMINI_CHAT_PARAMETERS, completions: {} };

  constructor(private readonly options: ProviderParts) {
    super();
    this.name = options.name;
    this.keys = options.keys;
    this.origin = options.origin;
  }

  override clocksOf(model: string): UpstreamClocks {
    return this.options.clocksOf(model);
  }

  override complete(request: ChatRequest, attempt: Attempt): Observable<ChatCompletion> {
    return openWholeText(() => ({
      ...this.exchange(
        request.model,
        'generateContent',
        toGenerateContent(cappedRequest(request, attempt), attempt),
        attempt,
      ),
      readText: (text) => {
        const completion = readCompletion(readEvent(text, this.name), this.namesOf(request.model, attempt));
        attempt.usage = completion.usage;
        attempt.outputLength = outputLengthOf(completion);
        attempt.finishReason = completion.choices[0]?.finish_reason;
        return completion;
      },
    }));
  }

  override stream(request: ChatRequest, attempt: Attempt): Observable<readonly ChatChunk[]> {
    return openChatStream(() => ({
      ...this.exchange(
        request.model,
        'streamGenerateContent?alt=sse',
        toGenerateContent(cappedRequest(request, attempt), attempt),
        attempt,
      ),
      names: this.namesOf(request.model, attempt),
      expected: asNumber(request.n) ?? 1,
    }));
  }

  override relay(request: NativeRequest, attempt: Attempt): Observable<string> {
    if (request.dialect !== 'generate_content') return this.unknown(request);
    const method = request.purpose === 'count_tokens' ? 'countTokens' : 'generateContent';
    return openRelayWhole(() => ({
      ...this.exchange(request.model, method, cappedNative(request, attempt).body, attempt),
      inspect: (text) => inspectWhole(text, this.namesOf(request.model, attempt)),
    }));
  }

  override relayStream(request: NativeRequest, attempt: Attempt): Observable<string> {
    if (request.dialect !== 'generate_content') return this.unknown(request);
    return openRelayStream(() => ({
      ...this.exchange(request.model, 'streamGenerateContent?alt=sse', cappedNative(request, attempt).body, attempt),
      inspector: new GeminiInspector(this.namesOf(request.model, attempt)),
    }));
  }

  override async listModels(): Promise<UpstreamModel[]> {
    const models: UpstreamModel[] = [];
    let token: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const read = await this.modelPage(token);
      models.push(...read.models);
      if (read.next === undefined) break;
      token = read.next;
    }
    return models;
  }

  private modelPage(token: string | undefined): Promise<ModelPage> {
    const [key] = this.keys;
    if (!key) return Promise.resolve({ models: [], next: undefined });
    const attempt = new Attempt(new CallContext('model-list'), this.name, key, this.clocksOf(''), '');
    const query = new URLSearchParams({ pageSize: '1000', ...(token !== undefined && { pageToken: token }) });
    const path = `/v1beta/models?${query.toString()}`;
    const request: UpstreamRequest = { method: 'GET', path, headers: { ...key.headers } };
    return firstValueFrom(
      openWhole(() => ({ provider: this.name, request, attempt, read: readModelPage, ...this.readers(attempt) })),
    );
  }

  /** One request about a model, and how its answer is read. The credential is in a header, never in the address. */
  private exchange(model: string, method: string, body: object, attempt: Attempt) {
    const { key, traceHeaders, call } = attempt;
    const request: UpstreamRequest = {
      method: 'POST',
      path: `/v1beta/${resourceOf(model)}:${method}`,
      headers: { ...key.headers, ...traceHeaders, ...hopHeaders(call.hops), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    return { provider: this.name, request, attempt, ...this.readers(attempt) };
  }

  private readers(attempt: Attempt) {
    return {
      noteHead: (status: number, headers: UpstreamHeaders): void => noteHead(attempt, status, headers),
      readError: (status: number, headers: UpstreamHeaders, body: string): GatewayError =>
        readGeminiError(this.name, status, headers, body),
    };
  }

  private namesOf(model: string, { call }: Attempt): AnswerNames {
    const names = { provider: this.name, model };
    return call.answerModel === undefined ? names : { ...names, answerModel: call.answerModel };
  }

  private unknown({ dialect }: NativeRequest): Observable<never> {
    return throwError(() => unsupportedOperation(dialect, this.name));
  }
}

/** Tuned models have a collection of their own. The id comes from the caller: nothing of it may leave its segment. */
function resourceOf(model: string): string {
  const [, collection = 'models', id = model] = /^(models|tunedModels)\/(.+)$/.exec(model) ?? [];
  return `${collection}/${encodeURIComponent(id)}`;
}

/** Headers of each request with a key. */
export function geminiHeaders(apiKey: string): Record<string, string> {
  return { 'x-goog-api-key': apiKey, 'user-agent': 'asbru', 'accept-encoding': 'identity' };
}
