import { Injectable } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import type { CallContext } from '../../common/context/call-context.js';
import { toFrames } from '../../common/sse/frames.js';
import type { ChatChunk, ChatCompletion, ChatRequest } from '../openai/chat.types.js';
import { UsageFrames } from '../openai/usage-frames.js';
import { InferenceRouter } from '../routing/inference-router.port.js';
import { functionsToTools, legacyChunks, legacyCompletion, usesFunctions } from './legacy-functions.js';

@Injectable()
export class ChatService {
  constructor(private readonly router: InferenceRouter) {}

  /** A whole completion, or the frames of a streamed one. */
  create(request: ChatRequest, call: CallContext): Observable<ChatCompletion | string> {
    const legacy = usesFunctions(request);
    const canonical = functionsToTools(request);
    if (request.stream !== true) {
      const completion = this.router.complete(canonical, call);
      return legacy ? completion.pipe(map(legacyCompletion)) : completion;
    }
    const chunks = this.router.stream(canonical, call);
    const written = legacy ? chunks.pipe(map(legacyChunks)) : chunks;
    return toFrames(written, new UsageFrames<ChatChunk>(request.stream_options?.include_usage === true), call);
  }
}
