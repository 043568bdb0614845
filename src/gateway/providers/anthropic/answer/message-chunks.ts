import { GatewayError } from '../../../../common/errors/gateway-error.js';
import { isRecord } from '../../../../common/json/is-record.js';
import { textOr } from '../../../../common/json/text.js';
import type { OutputBlock } from '../../../anthropic/messages.types.js';
import type { ChatChunk, ChatDelta, FinishReason, Usage } from '../../../openai/chat.types.js';
import { ToolCallIds } from '../../../openai/tool-call-ids.js';
import type { StreamNormaliser } from '../../openai-compatible/upstream-stream.js';
import { reasoningDetail } from '../reasoning-details.js';
import type { AnswerNames } from './message-completion.js';
import { finishReasonOf, refusalText, usageOf } from './message-end.js';
import { asOutputBlock } from './output-block.js';

/** A block that has begun, and what a chat still has to be told of it. */
interface OpenBlock {
  block: OutputBlock;
  /** Of a call: its place among the calls, and whether any piece of its arguments came. */
  callIndex: number;
  hasArguments: boolean;
}

/** Turns the events of a streamed message into the chunks that ChatChunk promises. The end is held back until close(). */
export class MessageChunks implements StreamNormaliser<ChatChunk> {
  private readonly blocks = new Map<number, OpenBlock>();
  private readonly ids = new ToolCallIds();
  private id = '';
  private model: string;
  private calls = 0;
  private thoughts = 0;
  private hasThought = false;
  private isOpen = false;
  private started: unknown;
  private stopReason: unknown;
  private refusal: string | null = null;
  usage: Usage | undefined;
  finishReason: FinishReason | undefined;
  readonly queueTime = undefined;

  constructor(private readonly names: AnswerNames) {
    this.model = names.answerModel ?? names.model;
  }

  /** Only `message_stop` says that the answer is whole. */
  get isFinished(): boolean {
    return this.finishReason !== undefined;
  }

  get hasFinalUsage(): boolean {
    return this.isFinished;
  }

  get hasOpenChoice(): boolean {
    return !this.isFinished;
  }

  /** @throws GatewayError 502 for an event that lacks what its type has */
  push(event: Record<string, unknown>): ChatChunk[] {
    switch (event.type) {
      case 'message_start':
        this.begin(event.message);
        return [];
      case 'content_block_start':
        return this.startBlock(indexOf(event), event.content_block);
      case 'content_block_delta':
        return this.addTo(this.blocks.get(indexOf(event)), event.delta);
      case 'content_block_stop':
        return this.stopBlock(indexOf(event));
      case 'message_delta':
        this.noteEnd(event);
        return [];
      case 'message_stop':
        this.finishReason = finishReasonOf(this.stopReason, this.calls > 0);
        return [];
      default:
        // Pings, and whatever the API adds one day.
        return [];
    }
  }

  close(): ChatChunk[] {
    const finish = this.finishReason ?? finishReasonOf(this.stopReason, this.calls > 0);
    const chunks = this.isOpen ? [] : this.says({ content: '' });
    if (this.refusal !== null) chunks.push(...this.says({ refusal: this.refusal }));
    chunks.push(this.chunk({}, finish));
    const last = chunks.at(-1);
    if (last && this.usage) last.usage = this.usage;
    return chunks;
  }

  private begin(message: unknown): void {
    if (!isRecord(message)) throw malformed();
    this.id = textOr(message.id, '');
    this.model = this.names.answerModel ?? textOr(message.model, this.names.model);
    this.started = message.usage;
  }

  private noteEnd({ delta, usage }: Record<string, unknown>): void {
    if (!isRecord(delta)) throw malformed();
    this.stopReason = delta.stop_reason ?? this.stopReason;
    this.refusal = refusalText(delta.stop_details) ?? this.refusal;
    this.usage = usageOf(this.started, usage) ?? this.usage;
  }

  private startBlock(index: number, value: unknown): ChatChunk[] {
    if (!isRecord(value)) throw malformed();
    const block = asOutputBlock(value);
    if (!block) return [];
    const open: OpenBlock = { block, callIndex: this.calls, hasArguments: false };
    this.blocks.set(index, open);
    switch (block.type) {
      case 'text':
        return block.text === '' ? [] : this.says({ content: block.text });
      case 'thinking':
        return this.startThought(block.thinking);
      case 'tool_use':
        return this.startCall(block);
      default:
        return [];
    }
  }

  /** Thoughts of one answer are one text to a chat: a blank line stands between the blocks. */
  private startThought(text: string): ChatChunk[] {
    const lead = this.hasThought ? '\n\n' : '';
    return lead + text === '' ? [] : this.thinks(lead + text);
  }

  private startCall({ id, name, input }: Extract<OutputBlock, { type: 'tool_use' }>): ChatChunk[] {
    const index = this.calls++;
    const call = { index, id: this.ids.unique(id), type: 'function' as const, function: { name, arguments: '' } };
    const chunks = this.says({ tool_calls: [call] });
    const isGiven = isRecord(input) && Object.keys(input).length > 0;
    return isGiven ? [...chunks, ...this.adds(index, JSON.stringify(input))] : chunks;
  }

  private addTo(open: OpenBlock | undefined, delta: unknown): ChatChunk[] {
    if (!isRecord(delta)) throw malformed();
    // A block of Anthropic's own tools.
    if (!open) return [];
    switch (delta.type) {
      case 'text_delta':
        return delta.text === '' ? [] : this.says({ content: textOr(delta.text, '') });
      case 'thinking_delta':
        return this.think(open, textOr(delta.thinking, ''));
      case 'signature_delta':
        if (open.block.type === 'thinking') open.block.signature += textOr(delta.signature, '');
        return [];
      case 'input_json_delta':
        return this.addArguments(open, textOr(delta.partial_json, ''));
      default:
        return [];
    }
  }

  private think(open: OpenBlock, text: string): ChatChunk[] {
    if (open.block.type === 'thinking') open.block.thinking += text;
    return text === '' ? [] : this.thinks(text);
  }

  private addArguments(open: OpenBlock, text: string): ChatChunk[] {
    if (text === '') return [];
    open.hasArguments = true;
    return this.adds(open.callIndex, text);
  }

  /** A block is told whole where it is a signed thought, and a call without arguments gets the empty object that it means. */
  private stopBlock(index: number): ChatChunk[] {
    const open = this.blocks.get(index);
    this.blocks.delete(index);
    if (!open) return [];
    const { block } = open;
    if (block.type === 'tool_use') {
      const isGiven = open.hasArguments || (isRecord(block.input) && Object.keys(block.input).length > 0);
      return isGiven ? [] : this.adds(open.callIndex, '{}');
    }
    const detail = reasoningDetail(block, this.thoughts);
    if (!detail) return [];
    this.thoughts++;
    return this.says({ reasoning_details: [detail] });
  }

  private thinks(text: string): ChatChunk[] {
    this.hasThought = true;
    return this.says({ reasoning: text, reasoning_content: text });
  }

  private adds(index: number, text: string): ChatChunk[] {
    return this.says({ tool_calls: [{ index, type: 'function', function: { arguments: text } }] });
  }

  /** The delta, and before the first one the role: openai-node throws without it. */
  private says(delta: ChatDelta): ChatChunk[] {
    if (this.isOpen) return [this.chunk(delta, null)];
    this.isOpen = true;
    const content = delta.content === undefined ? null : '';
    const opening = this.chunk({ role: 'assistant', content }, null);
    return delta.content === '' ? [opening] : [opening, this.chunk(delta, null)];
  }

  private chunk(delta: ChatDelta, finish: FinishReason | null): ChatChunk {
    return {
      id: this.id,
      object: 'chat.completion.chunk',
      created: this.names.created,
      model: this.model,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    };
  }
}

function indexOf({ index }: Record<string, unknown>): number {
  if (typeof index !== 'number') throw malformed();
  return index;
}

function malformed(): GatewayError {
  return new GatewayError('upstream_invalid_response', 'The upstream sent an event that lacks its content.');
}
