import { catchError, concat, defer, map, type Observable, tap, throwError } from 'rxjs';
import { toGatewayError } from '../../../common/errors/to-gateway-error.js';
import type { MessagesRequest } from '../../anthropic/messages.types.js';
import type { ChatRequest } from '../../openai/chat.types.js';
import type { Attempt } from '../../providers/attempt.js';
import type { Provider } from '../../providers/provider.port.js';
import { RequestDraft } from '../../providers/request-draft.js';
import { ChatPaths } from './chat-paths.js';
import { promptTokens } from './count/prompt-tokens.js';
import { roughTokens } from './count/text-tokens.js';
import type { AnswerOptions } from './from-chat/answer-options.js';
import { chatToMessage, messageText } from './from-chat/chat-to-message.js';
import { MessageStream } from './from-chat/message-stream.js';
import { eventFrames } from './message-frames.js';
import { type MessagesToChat, messagesToChat } from './to-chat/messages-to-chat.js';
import { thinkingDisplay } from './to-chat/thinking.js';

/**
 * A Messages request for providers that speak chat. It is converted once, however many of them are asked; each answer
 * is converted back by itself, so that nothing of a failed one is left in the next.
 */
export class ConvertedRequest {
  private converted: MessagesToChat | undefined;
  private tokens: number | undefined;

  constructor(
    private readonly request: MessagesRequest,
    private readonly nextId: () => string,
  ) {}

  /** The answer's JSON, or the frames of its stream, from one provider. */
  ask(provider: Provider, model: string, attempt: Attempt): Observable<string> {
    return defer(() => {
      const converted = (this.converted ??= messagesToChat(this.request));
      const paths = new ChatPaths(this.request, converted);
      const draft = new RequestDraft(provider.name, attempt);
      for (const path of converted.notes.unsent) draft.filter(path);
      for (const path of converted.notes.adapted) draft.transform(path);
      if (converted.moreStops.length > 0) draft.transform('stop_sequences');
      const chat = { ...converted.chat, model };
      return this.answer(provider, chat, attempt, this.options(converted)).pipe(
        // Before anybody reads the attempt's notes: they become the call's with its first piece.
        tap(() => paths.inNotes(attempt)),
        catchError((error: unknown) => throwError(() => paths.inError(toGatewayError(error)))),
      );
    });
  }

  private answer(provider: Provider, chat: ChatRequest, attempt: Attempt, options: AnswerOptions): Observable<string> {
    if (chat.stream !== true) {
      return provider
        .complete(chat, attempt)
        .pipe(map((completion) => messageText(chatToMessage(completion, options))));
    }
    const stream = new MessageStream(options);
    return concat(
      provider.stream(chat, attempt).pipe(map((batch) => eventFrames(stream.push(batch)))),
      defer(() => [eventFrames(stream.complete())]),
    );
  }

  private options({ moreStops }: MessagesToChat): AnswerOptions {
    return {
      id: this.nextId(),
      model: this.request.model,
      thinking: thinkingDisplay(this.request),
      stops: moreStops,
      promptTokens: () => (this.tokens ??= promptTokens(this.request, roughTokens)),
    };
  }
}
