import { cappedNative, cappedRequest } from '../parameter-caps.js';
import { firstValueFrom, type Observable } from 'rxjs';
import { CallContext } from '../../../common/context/call-context.js';
import { hopHeaders } from '../../../common/http/hops.js';
import type { UpstreamClocks, UpstreamHeaders, UpstreamRequest } from '../../../common/http/upstream-client.js';
import { isRecord } from '../../../common/json/is-record.js';
import { textOr } from '../../../common/json/text.js';
import type { ChatChunk, ChatCompletion, ChatRequest } from '../../openai/chat.types.js';
import { outputLengthOf } from '../../openai/output-length.js';
import { Attempt, type ProviderKey } from '../attempt.js';
import { openStream } from '../openai-compatible/upstream-stream.js';
import { openWhole, openWholeText } from '../openai-compatible/upstream-whole.js';
import { type NativeRequest, type Operation, Provider, type UpstreamModel } from '../provider.port.js';
import type { ProviderParts } from '../provider-parts.js';
import { openRelayStream } from '../relay/relay-stream.js';
import { openRelayWhole } from '../relay/relay-whole.js';
import { readAnthropicError, readAnthropicStreamError } from './anthropic-errors.js';
import { openAiLimits, ownLimits } from './anthropic-limits.js';
import { ANTHROPIC_CHAT_PARAMETERS, ANTHROPIC_TEXT_PARAMETERS } from './anthropic-parameters.js';
import { MessageChunks } from './answer/message-chunks.js';
import { type AnswerNames, readMessage } from './answer/message-completion.js';
import { inspectMessage, MessagesInspector } from './relay/messages-inspector.js';
import { toMessagesRequest } from './request/messages-request.js';

const MESSAGES = '/v1/messages';
/** The version of the API whose answers are read here; a caller who relays may ask for another. */
const VERSION = '2023-06-01';
/** Headers that a caller of the dialect may set for the upstream. */
const PASSED = ['anthropic-version', 'anthropic-beta'];
const MODELS_PER_PAGE = 1000;
const MAX_PAGES = 20;

type Body = Record<string, unknown>;

/**
 * Anthropic's Messages API: https://docs.anthropic.com/en/api/messages. Chat requests are converted, and requests in its
 * own dialect relayed.
 */
export class AnthropicProvider extends Provider {
  override readonly name: string;
  override readonly kind = 'anthropic';
  override readonly keys: readonly ProviderKey[];
  override readonly origin: string;
  override readonly operations: ReadonlySet<Operation> = new Set<Operation>(['chat', 'models', 'messages']);
  override readonly parameters = { chat: ANTHROPIC_CHAT_PARAMETERS, completions: ANTHROPIC_TEXT_PARAMETERS };

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
    return openWholeText(() => {
      const body = toMessagesRequest(cappedRequest(request, attempt), this.name, attempt);
      return {
        ...this.exchange(post(attempt, body), attempt, openAiLimits),
        readText: (text) => {
          const completion = readMessage(text, namesOf(request, attempt));
          attempt.usage = completion.usage;
          attempt.outputLength = outputLengthOf(completion);
          attempt.finishReason = completion.choices[0]?.finish_reason;
          return completion;
        },
      };
    });
  }

  override stream(request: ChatRequest, attempt: Attempt): Observable<readonly ChatChunk[]> {
    return openStream(() => {
      const body = toMessagesRequest({ ...cappedRequest(request, attempt), stream: true }, this.name, attempt);
      return {
        ...this.exchange(post(attempt, body), attempt, openAiLimits),
        readStreamError: (event) => readAnthropicStreamError(this.name, event),
        skipMalformed: this.options.skipMalformed(request.model),
        normaliser: new MessageChunks(namesOf(request, attempt)),
      };
    });
  }

  override relay(request: NativeRequest, attempt: Attempt): Observable<string> {
    return openRelayWhole(() => ({
      ...this.exchange(relayed(cappedNative(request, attempt), attempt), attempt, ownLimits),
      inspect: (text) => inspectMessage(this.name, text, attempt.call.answerModel),
    }));
  }

  override relayStream(request: NativeRequest, attempt: Attempt): Observable<string> {
    return openRelayStream(() => ({
      ...this.exchange(relayed(cappedNative(request, attempt), attempt), attempt, ownLimits),
      inspector: new MessagesInspector(this.name, attempt.call.answerModel),
    }));
  }

  override async listModels(): Promise<UpstreamModel[]> {
    const [key] = this.keys;
    const models: UpstreamModel[] = [];
    if (!key) return models;
    let after: string | undefined = '';
    for (let page = 0; after !== undefined && page < MAX_PAGES; page++) {
      after = await this.listPage(key, after, models);
    }
    return models;
  }

  /** Adds a page of the list; returns the id after which the next one begins. */
  private async listPage(key: ProviderKey, after: string, models: UpstreamModel[]): Promise<string | undefined> {
    const attempt = new Attempt(new CallContext('model-list'), this.name, key, this.clocksOf(''), '');
    const from = after === '' ? '' : `&after_id=${encodeURIComponent(after)}`;
    const path = `/v1/models?limit=${MODELS_PER_PAGE}${from}`;
    const request: UpstreamRequest = { method: 'GET', path, headers: { ...key.headers } };
    const page = await firstValueFrom(
      openWhole(() => ({
        ...this.exchange(request, attempt, openAiLimits),
        read: (body) => (isRecord(body) ? body : {}),
      })),
    );
    const listed = Array.isArray(page.data) ? page.data.filter(isRecord) : [];
    for (const { id, created_at: created } of listed) {
      models.push({ id: String(id), created: secondsOf(created), owned_by: 'Anthropic' });
    }
    return page.has_more === true && typeof page.last_id === 'string' ? page.last_id : undefined;
  }

  /** What every request to this upstream has in common. */
  private exchange(
    request: UpstreamRequest,
    attempt: Attempt,
    limits: (headers: UpstreamHeaders, now: number) => Record<string, string>,
  ) {
    return {
      provider: this.name,
      request,
      attempt,
      noteHead: (status: number, headers: UpstreamHeaders): void => {
        attempt.status = status;
        const id = headers['request-id'];
        if (typeof id === 'string') attempt.upstreamId = id;
        Object.assign(attempt.headers, limits(headers, Date.now()));
      },
      readError: (status: number, headers: UpstreamHeaders, body: string) =>
        readAnthropicError(this.name, status, headers, body),
    };
  }
}

/** Headers of each request with a key. */
export function anthropicHeaders(apiKey: string): Record<string, string> {
  return {
    'x-api-key': apiKey,
    'anthropic-version': VERSION,
    'user-agent': 'asbru',
    'accept-encoding': 'identity',
  };
}

function post({ key, traceHeaders, call }: Attempt, body: Body, headers: Record<string, string> = {}): UpstreamRequest {
  return {
    method: 'POST',
    path: MESSAGES,
    headers: {
      ...key.headers,
      ...headers,
      ...traceHeaders,
      ...hopHeaders(call.hops),
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  };
}

/** The caller's own body; what is Asbru's own in it stays here. */
function relayed({ model, body, headers }: NativeRequest, attempt: Attempt): UpstreamRequest {
  const { fallbacks: _fallbacks, ...rest } = body;
  const passed: Record<string, string> = {};
  for (const name of PASSED) {
    const value = headers[name];
    if (value !== undefined && value !== '') passed[name] = value;
  }
  return post(attempt, { ...rest, model }, passed);
}

function namesOf({ model }: ChatRequest, { call }: Attempt): AnswerNames {
  const created = Math.floor(Date.now() / 1000);
  return call.answerModel === undefined ? { model, created } : { model, created, answerModel: call.answerModel };
}

function secondsOf(time: unknown): number {
  const ms = Date.parse(textOr(time, ''));
  return Number.isNaN(ms) ? 0 : Math.floor(ms / 1000);
}
