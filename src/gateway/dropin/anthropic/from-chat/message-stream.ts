import type { Message, MessagesEvent, MessagesUsage } from '../../../anthropic/messages.types.js';
import type { ChatChunk, ChunkChoice, FinishReason, ToolCallDelta, Usage } from '../../../openai/chat.types.js';
import type { AnswerOptions } from './answer-options.js';
import { BlockSequence } from './block-sequence.js';
import { estimatedUsage, messagesUsage, startingUsage } from './messages-usage.js';
import { stopReason } from './stop-reason.js';
import { StopScanner } from './stop-scanner.js';
import { type StreamBlock, TextBlockStream, ThinkingBlockStream, ToolBlockStream } from './stream-block.js';
import { ToolUseIds } from './tool-use-ids.js';

/**
 * Turns the chunks of a chat stream into the events of a Messages stream (wire.md 4.4). A pure state machine: batches
 * in, events out, no clock. `push` each batch, then call `complete` when the stream has ended well; a stream that broke
 * gets no end here.
 */
export class MessageStream {
  private readonly blocks = new BlockSequence();
  private readonly calls = new Map<number, ToolBlockStream>();
  private readonly ids = new ToolUseIds();
  private readonly stops: StopScanner;
  private begun = false;
  private refused = false;
  private finish: FinishReason | undefined;
  private usage: Usage | undefined;
  private characters = 0;

  constructor(private readonly options: AnswerOptions) {
    this.stops = new StopScanner(options.stops);
  }

  /** The events of one batch. */
  push(batch: readonly ChatChunk[]): MessagesEvent[] {
    const events = this.begin(batch);
    for (const chunk of batch) {
      if (chunk.usage) this.usage = chunk.usage;
      // A Messages answer is one answer: others have nowhere to go.
      for (const choice of chunk.choices) if (choice.index === 0) this.pushChoice(choice);
    }
    return [...events, ...this.blocks.take()];
  }

  /** The end of the answer: what is still open is closed, and the counts are said. */
  complete(): MessagesEvent[] {
    this.close();
    const { found } = this.stops;
    const reason = stopReason(this.finish, this.calls.size > 0, this.refused);
    return [
      ...this.blocks.take(),
      {
        type: 'message_delta',
        delta: { stop_reason: found === undefined ? reason : 'stop_sequence', stop_sequence: found ?? null },
        usage: this.finalUsage(),
      },
      { type: 'message_stop' },
    ];
  }

  private begin(batch: readonly ChatChunk[]): MessagesEvent[] {
    if (this.begun) return [];
    this.begun = true;
    const known = batch.find(({ usage }) => usage)?.usage;
    const usage = known ? { ...messagesUsage(known), output_tokens: 1 } : startingUsage(this.options.promptTokens());
    delete usage.output_tokens_details;
    const { id, model } = this.options;
    const empty = { id, type: 'message', role: 'assistant', model, content: [] } satisfies Partial<Message>;
    return [
      { type: 'message_start', message: { ...empty, stop_reason: null, stop_sequence: null, usage } },
      { type: 'ping' },
    ];
  }

  private pushChoice({ delta, finish_reason: finish }: ChunkChoice): void {
    if (this.finish !== undefined || this.stops.found !== undefined) return this.note(finish);
    const reasoning = delta.reasoning || delta.reasoning_content;
    if (reasoning) this.think(reasoning);
    if (delta.content) this.say(this.stops.push(delta.content));
    if (delta.refusal) {
      this.refused = true;
      this.say(delta.refusal);
    }
    if (this.stops.found === undefined) for (const call of delta.tool_calls ?? []) this.call(call);
    this.note(finish);
  }

  private note(finish: FinishReason | null): void {
    if (!finish || this.finish !== undefined) return;
    this.finish = finish;
    this.close();
  }

  private think(text: string): void {
    this.characters += text.length;
    if (this.options.thinking === 'hidden') return;
    const { last } = this.blocks;
    const block = last instanceof ThinkingBlockStream ? last : this.thinkingBlock();
    this.blocks.append(block, text);
  }

  private thinkingBlock(): StreamBlock {
    const block = new ThinkingBlockStream(this.options.thinking === 'omitted');
    this.blocks.begin(block);
    return block;
  }

  private say(text: string): void {
    if (text === '') return;
    this.characters += text.length;
    let block = this.blocks.last;
    if (!(block instanceof TextBlockStream)) this.blocks.begin((block = new TextBlockStream()));
    this.blocks.append(block, text);
  }

  private call({ index, id, function: { name, arguments: args } }: ToolCallDelta): void {
    // What may have been the beginning of a stop sequence was text: another block ends it.
    this.say(this.stops.flush());
    let block = this.calls.get(index);
    if (!block) {
      block = new ToolBlockStream(this.ids.take(id ?? ''), name ?? '');
      this.calls.set(index, block);
      this.blocks.begin(block);
    }
    if (!args) return;
    this.characters += args.length;
    this.blocks.append(block, args);
  }

  private close(): void {
    if (this.stops.found === undefined) this.say(this.stops.flush());
    // Clients expect something to show.
    if (this.blocks.count === 0) this.blocks.begin(new TextBlockStream());
    this.blocks.finish();
  }

  private finalUsage(): MessagesUsage {
    return this.usage ? messagesUsage(this.usage) : estimatedUsage(this.options.promptTokens(), this.characters);
  }
}
