import type { Observable } from 'rxjs';
import type { CallContext } from '../../common/context/call-context.js';
import type { ChatChunk, ChatCompletion, ChatRequest } from '../openai/chat.types.js';
import type { TextCompletion, TextRequest } from '../openai/completion.types.js';

/**
 * Finds who answers a request and gets the answer, across failures. The class is the injection token.
 * The Observables keep the promises of Provider: cold, and nothing is emitted before the answer's first piece.
 */
export abstract class InferenceRouter {
  abstract complete(request: ChatRequest, call: CallContext): Observable<ChatCompletion>;
  abstract stream(request: ChatRequest, call: CallContext): Observable<readonly ChatChunk[]>;
  abstract completeText(request: TextRequest, call: CallContext): Observable<TextCompletion>;
  abstract streamText(request: TextRequest, call: CallContext): Observable<readonly TextCompletion[]>;
}
