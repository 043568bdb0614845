import { Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { CallContext } from '../../common/context/call-context.js';
import { toFrames } from '../../common/sse/frames.js';
import type { TextCompletion, TextRequest } from '../openai/completion.types.js';
import { UsageFrames } from '../openai/usage-frames.js';
import { InferenceRouter } from '../routing/inference-router.port.js';

@Injectable()
export class CompletionsService {
  constructor(private readonly router: InferenceRouter) {}

  /** A whole text completion, or the frames of a streamed one. */
  create(request: TextRequest, call: CallContext): Observable<TextCompletion | string> {
    if (request.stream !== true) return this.router.completeText(request, call);
    const writer = new UsageFrames<TextCompletion>(request.stream_options?.include_usage === true);
    return toFrames(this.router.streamText(request, call), writer, call);
  }
}
