import type { OpenAiErrorBody } from '../../src/common/errors/gateway-error.js';
import type { ChatChunk, ChatCompletion, ChunkChoice } from '../../src/gateway/openai/chat.types.js';
import type { TextCompletion } from '../../src/gateway/openai/completion.types.js';
import { readFrames, type Frame } from './sse.js';

/** A whole answer of the gateway, as its client has received it. */
export class Answer {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string | string[] | undefined>>,
    readonly text: string,
  ) {}

  json(): Record<string, unknown> {
    return JSON.parse(this.text) as Record<string, unknown>;
  }

  /** The `error` member of an error's body. */
  get error(): OpenAiErrorBody['error'] {
    return (JSON.parse(this.text) as OpenAiErrorBody).error;
  }

  get completion(): ChatCompletion {
    return JSON.parse(this.text) as ChatCompletion;
  }

  /** The first choice of a chat answer. */
  get choice(): ChatCompletion['choices'][number] {
    if (this.status !== 200) throw new Error(`No chat answer, but ${this.status}: ${this.text}`);
    return first(this.completion.choices);
  }

  get textCompletion(): TextCompletion {
    return JSON.parse(this.text) as TextCompletion;
  }

  /** Names of the parameters that were not sent upstream. */
  get filtered(): string[] {
    const value = this.headers['x-asbru-filtered-params'];
    return typeof value === 'string' ? value.split(',') : [];
  }

  get frames(): Frame[] {
    return readFrames(this.text);
  }

  /** The JSON of all frames but `[DONE]`. */
  get chunks(): ChatChunk[] {
    return this.chunksAs<ChatChunk>();
  }

  chunksAs<T>(): T[] {
    return this.frames
      .filter(({ data }) => data !== undefined && data !== '[DONE]')
      .map(({ data }) => JSON.parse(data ?? '') as T);
  }

  get endsWithDone(): boolean {
    return this.frames.at(-1)?.data === '[DONE]';
  }
}

export function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new Error('The list is empty');
  return item;
}

/** What a client makes of the chunks of one choice, as openai-node's accumulator does. */
export class Accumulated {
  content = '';
  reasoning = '';
  role: string | undefined;
  finish: string | null = null;
  finishes = 0;
  readonly calls: Array<{ id: string | undefined; type: string | undefined; name: string; arguments: string }> = [];

  constructor(chunks: readonly ChatChunk[], index = 0) {
    for (const chunk of chunks) {
      for (const choice of chunk.choices) if (choice.index === index) this.add(choice);
    }
  }

  private add({ delta, finish_reason: finish }: ChunkChoice): void {
    this.role ??= delta.role;
    this.content += delta.content ?? '';
    this.reasoning += delta.reasoning ?? '';
    for (const call of delta.tool_calls ?? []) {
      const known = (this.calls[call.index] ??= { id: call.id, type: call.type, name: '', arguments: '' });
      known.name += call.function.name ?? '';
      known.arguments += call.function.arguments ?? '';
    }
    if (finish !== null) {
      this.finish = finish;
      this.finishes++;
    }
  }
}
