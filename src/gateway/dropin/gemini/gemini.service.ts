import { Injectable } from '@nestjs/common';
import { catchError, concat, defer, map, type Observable, of, tap, throwError } from 'rxjs';
import type { CallContext } from '../../../common/context/call-context.js';
import { toGatewayError } from '../../../common/errors/to-gateway-error.js';
import { type FrameWriter, toFrames } from '../../../common/sse/frames.js';
import type { GenerateContentRequest, GenerateContentResponse } from '../../gemini/generate-content.types.js';
import type { Attempt } from '../../providers/attempt.js';
import type { NativeRequest, Provider } from '../../providers/provider.port.js';
import { RequestDraft } from '../../providers/request-draft.js';
import { InferenceRouter, type RoutedRequest } from '../../routing/inference-router.port.js';
import { inGeminiTerms, nameInGeminiTerms } from './chat-paths.js';
import type { Conversion } from './conversion.types.js';
import { estimateTokens } from './count-tokens.js';
import { fromChat } from './from-chat.js';
import type { StreamPiece } from './gemini-frames.js';
import { GeminiStream } from './stream-from-chat.js';
import { toChat } from './to-chat.js';

/** A request of the dialect, its body twice: as it came, and under its canonical names. */
export interface GeminiCall {
  /** The model as the caller wrote it in the path, without `models/`. */
  readonly model: string;
  readonly sent: Readonly<Record<string, unknown>>;
  readonly body: GenerateContentRequest;
}

/** The answer of countTokens. */
export interface TokenCount {
  totalTokens: number;
  [key: string]: unknown;
}

/** generateContent: relayed to a provider that speaks it, and by way of chat to any other. */
@Injectable()
export class GeminiService {
  constructor(private readonly router: InferenceRouter) {}

  /** A whole answer; text is that of the upstream. */
  generate(asked: GeminiCall, call: CallContext): Observable<GenerateContentResponse | string> {
    const chat = new LazyConversion(asked);
    const answer = this.router.route<RoutedRequest, GenerateContentResponse | string>(
      routed(asked, false),
      call,
      (provider, { model }, attempt) => {
        if (speaks(provider)) return provider.relay(native(asked, model), attempt);
        return defer(() => {
          const { shape, request } = chat.for(provider, model, attempt);
          return provider.complete(request, attempt).pipe(map((whole) => fromChat(whole, asked.model, shape)));
        });
      },
    );
    return inCallersTerms(answer, chat, call);
  }

  /** A streamed answer as frames of the writer's form. */
  stream(asked: GeminiCall, call: CallContext, writer: FrameWriter<StreamPiece>): Observable<string> {
    const chat = new LazyConversion(asked);
    const pieces = this.router.route<RoutedRequest, readonly StreamPiece[]>(
      routed(asked, true),
      call,
      (provider, { model }, attempt) => {
        if (speaks(provider)) {
          return provider.relayStream(native(asked, model), attempt).pipe(map((frames) => [frames]));
        }
        return defer(() => {
          const { shape, request } = chat.for(provider, model, attempt);
          const written = new GeminiStream(asked.model, shape);
          return concat(
            provider
              .stream({ ...request, stream: true }, attempt)
              .pipe(map((chunks) => chunks.flatMap((chunk) => written.push(chunk)))),
            defer(() => of(written.end())),
          );
        });
      },
    );
    return toFrames(inCallersTerms(pieces, chat, call), writer, call);
  }

  /** The prompt's tokens: counted by a provider that can, else estimated, rather too many than too few. */
  countTokens(asked: GeminiCall, call: CallContext): Observable<TokenCount | string> {
    return this.router.route<RoutedRequest, TokenCount | string>(
      routed(asked, false),
      call,
      (provider, { model }, attempt) => {
        if (speaks(provider)) return provider.relay({ ...native(asked, model), purpose: 'count_tokens' }, attempt);
        // Nothing is sent, so nothing of a quota is used.
        attempt.usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
        return of({ totalTokens: estimateTokens(asked.body) });
      },
      { isFree: true },
    );
  }
}

/** The request as chat, made when a provider needs it, and once for all attempts. */
class LazyConversion {
  private made: Conversion | undefined;

  constructor(private readonly asked: GeminiCall) {}

  /** Of the messages, once there are any. */
  get paths(): readonly string[] {
    return this.made?.paths ?? [];
  }

  /** @throws GatewayError 400 for what chat cannot say, and when a strict caller would lose a parameter */
  for(provider: Provider, model: string, attempt: Attempt) {
    this.made ??= toChat(this.asked.body, this.asked.model);
    const { chat, shape, unsent, transformed } = this.made;
    const draft = new RequestDraft(provider.name, attempt);
    for (const place of unsent) draft.filter(place);
    for (const place of transformed) draft.transform(place);
    return { shape, request: { ...chat, model } };
  }
}

function speaks(provider: Provider): boolean {
  return provider.operations.has('generate_content');
}

/** What routing reads of the request. */
function routed({ model, body }: GeminiCall, stream: boolean): RoutedRequest {
  return {
    model,
    stream,
    fallbacks: body.fallbacks,
    messages: body.contents.map(({ parts }) => parts),
    max_tokens: body.generationConfig?.maxOutputTokens,
    n: body.generationConfig?.candidateCount,
    system: body.systemInstruction?.parts,
    tools: body.tools,
  };
}

/** What is the gateway's own is taken out, and the model stands in the path. */
function native({ sent }: GeminiCall, model: string): NativeRequest {
  const { fallbacks: _fallbacks, model: _model, ...body } = sent;
  return { dialect: 'generate_content', model, body, headers: {} };
}

/** What was noted and refused of the chat request, by the caller's own names. */
function inCallersTerms<T>(answer: Observable<T>, chat: LazyConversion, call: CallContext): Observable<T> {
  return answer.pipe(
    tap(() => nameInGeminiTerms(call, chat.paths)),
    catchError((error: unknown) => throwError(() => inGeminiTerms(toGatewayError(error), chat.paths))),
  );
}
