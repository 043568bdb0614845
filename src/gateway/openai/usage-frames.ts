import type { GatewayError } from '../../common/errors/gateway-error.js';
import { dataFrame, DONE_FRAME, type FrameWriter } from '../../common/sse/frames.js';
import { ContentChunk } from './content-chunk.js';
import type { Usage } from './chat.types.js';

/** A chunk of either streamed OpenAI endpoint. */
interface Chunk {
  choices: unknown[];
  usage?: Usage | null;
}

/**
 * Frames of chat and text completions, with usage where `stream_options.include_usage` puts it (wire.md 2.3):
 * asked for, every chunk has `usage: null` and one more, without choices, has the numbers; not asked for,
 * the numbers stay on the last chunk and there is no `usage` key elsewhere, because @langchain/cerebras throws
 * on both null and an empty `choices`, and needs the numbers.
 */
export class UsageFrames<T extends Chunk> implements FrameWriter<T> {
  constructor(private readonly includeUsage: boolean) {}

  pieces(batch: readonly T[]): string {
    let frames = '';
    for (const chunk of batch) {
      frames +=
        ContentChunk.frameOf(chunk, this.includeUsage) ??
        (this.includeUsage ? withUsageApart(chunk) : dataFrame(chunk));
    }
    return frames;
  }

  end(): string {
    return DONE_FRAME;
  }

  /** Without the flat copy of an HTTP error: @ai-sdk/cerebras would take a frame with it for a chunk, and crash. */
  failure(error: GatewayError): string {
    return dataFrame({ error: error.toOpenAiError() });
  }
}

function withUsageApart(chunk: Chunk): string {
  const frame = dataFrame({ ...chunk, usage: null });
  return chunk.usage ? frame + dataFrame({ ...chunk, choices: [], usage: chunk.usage }) : frame;
}
