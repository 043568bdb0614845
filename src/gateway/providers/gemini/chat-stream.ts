import { concat, defer, filter, map, type Observable, of } from 'rxjs';
import type { SseEvent } from '../../../common/sse/sse-parser.js';
import type { ChatChunk, Usage } from '../../openai/chat.types.js';
import type { StreamInspector } from '../relay/relay-inspector.js';
import { openRelayStream, type RelayStreamOptions } from '../relay/relay-stream.js';
import { ChunkReader } from './chunk-reader.js';
import type { AnswerNames } from './completion.js';
import { readEvent } from './event-reader.js';

/** Reads a stream for its chunks instead of its bytes. */
class ChunkInspector implements StreamInspector {
  private chunks: ChatChunk[] = [];

  constructor(
    private readonly reader: ChunkReader,
    private readonly provider: string,
  ) {}

  event({ data }: SseEvent): undefined {
    this.chunks.push(...this.reader.push(readEvent(data, this.provider)));
  }

  /** The chunks since the last time. */
  take(): ChatChunk[] {
    const { chunks } = this;
    this.chunks = [];
    return chunks;
  }

  get hasBegun(): boolean {
    return this.reader.hasBegun && this.chunks.length > 0;
  }

  get isFinished(): boolean {
    return this.reader.isFinished && this.reader.usage !== undefined;
  }

  get mayEnd(): boolean {
    return this.reader.isFinished;
  }

  get usage(): Usage | undefined {
    return this.reader.usage;
  }

  get finishReason(): string | undefined {
    return this.reader.finishReason;
  }
}

export interface ChatStreamOptions extends Omit<RelayStreamOptions, 'inspector'> {
  readonly names: AnswerNames;
  /** How many candidates were asked for. */
  readonly expected: number;
}

/** A stream of Gemini's as chat chunks, one emission for each read of its socket that said something. */
export function openChatStream(options: () => ChatStreamOptions): Observable<readonly ChatChunk[]> {
  return defer(() => {
    const { names, expected, ...relay } = options();
    const reader = new ChunkReader(names, expected);
    const inspector = new ChunkInspector(reader, names.provider);
    return concat(
      openRelayStream(() => ({ ...relay, inspector })).pipe(
        map(() => inspector.take()),
        filter((chunks) => chunks.length > 0),
      ),
      defer(() => of([...inspector.take(), ...reader.close()])),
    );
  });
}
