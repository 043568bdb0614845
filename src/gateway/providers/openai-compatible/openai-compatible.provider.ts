import { type Observable, firstValueFrom } from 'rxjs';
import type { CallContext } from '../../../common/context/call-context.js';
import { isRecord } from '../../../common/json/is-record.js';
import type { UpstreamClient, UpstreamRequest } from '../../../common/http/upstream-client.js';
import type { ChatChunk, ChatCompletion, ChatRequest } from '../../openai/chat.types.js';
import type { TextCompletion, TextRequest } from '../../openai/completion.types.js';
import { Provider, type UpstreamModel } from '../provider.port.js';
import { ChunkNormaliser } from './chunk-normaliser.js';
import { normaliseCompletion, numberOr } from './completion-normaliser.js';
import { normaliseText, TextChunkNormaliser } from './text-normaliser.js';
import { openStream } from './upstream-stream.js';
import { openWhole } from './upstream-whole.js';

/**
 * An upstream that speaks OpenAI's chat dialect. What is its own, it declares: name, operations,
 * parameter tables, and how it wants a request written.
 */
export abstract class OpenAiCompatibleProvider extends Provider {
  protected abstract readonly client: UpstreamClient;
  /** Headers of every request: the credential, and who asks. */
  protected abstract readonly headers: Readonly<Record<string, string>>;

  /** The chat body for the upstream; notes on the call what was filtered. @throws GatewayError 400 */
  protected abstract chatBody(request: ChatRequest, call: CallContext): Record<string, unknown>;
  /** The text completion body for the upstream. @throws GatewayError 400 */
  protected abstract textBody(request: TextRequest, call: CallContext): Record<string, unknown>;

  override complete(request: ChatRequest, call: CallContext): Observable<ChatCompletion> {
    return openWhole(() => {
      const body = this.chatBody(request, call);
      return {
        provider: this.name,
        client: this.client,
        request: this.post('/v1/chat/completions', body),
        call,
        read: (answer) => {
          const completion = normaliseCompletion(answer, { model: request.model, jsonFormat: asksForJson(body) });
          call.usage = completion.usage;
          call.finishReason = completion.choices[0]?.finish_reason;
          return completion;
        },
      };
    });
  }

  override stream(request: ChatRequest, call: CallContext): Observable<readonly ChatChunk[]> {
    return openStream(() => {
      const body = this.chatBody(request, call);
      const options = { model: request.model, jsonFormat: asksForJson(body) };
      return {
        provider: this.name,
        client: this.client,
        request: this.post('/v1/chat/completions', body),
        call,
        normaliser: new ChunkNormaliser(options, numberOr(request.n, 1)),
      };
    });
  }

  override completeText(request: TextRequest, call: CallContext): Observable<TextCompletion> {
    return openWhole(() => ({
      provider: this.name,
      client: this.client,
      request: this.post('/v1/completions', this.textBody(request, call)),
      call,
      read: (answer) => {
        const completion = normaliseText(answer, request.model);
        call.usage = completion.usage ?? undefined;
        call.finishReason = completion.choices[0]?.finish_reason ?? undefined;
        return completion;
      },
    }));
  }

  override streamText(request: TextRequest, call: CallContext): Observable<readonly TextCompletion[]> {
    return openStream(() => ({
      provider: this.name,
      client: this.client,
      request: this.post('/v1/completions', this.textBody(request, call)),
      call,
      normaliser: new TextChunkNormaliser(request, numberOr(request.n, 1) * promptCount(request.prompt)),
    }));
  }

  override listModels(): Promise<UpstreamModel[]> {
    const request: UpstreamRequest = { method: 'GET', path: '/v1/models', headers: { ...this.headers } };
    return firstValueFrom(openWhole(() => ({ provider: this.name, client: this.client, request, read: readModels })));
  }

  private post(path: string, body: Record<string, unknown>): UpstreamRequest {
    return {
      method: 'POST',
      path,
      headers: { ...this.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
  }
}

function asksForJson({ response_format }: Record<string, unknown>): boolean {
  return isRecord(response_format) && response_format.type !== 'text';
}

/** A list of strings or of token lists is several prompts; one list of tokens is one. */
function promptCount(prompt: TextRequest['prompt']): number {
  return Array.isArray(prompt) && typeof prompt[0] !== 'number' ? prompt.length : 1;
}

function readModels(body: unknown): UpstreamModel[] {
  if (!isRecord(body) || !Array.isArray(body.data)) return [];
  return body.data.filter(isRecord).map((model) => ({
    id: String(model.id),
    created: numberOr(model.created, 0),
    owned_by: String(model.owned_by ?? ''),
  }));
}
