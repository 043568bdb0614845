import { GatewayError } from '../../../../common/errors/gateway-error.js';
import type { BlockDelta, MessagesEvent } from '../../../anthropic/messages.types.js';
import type { StreamBlock } from './stream-block.js';

interface Entry {
  readonly block: StreamBlock;
  /** Deltas that wait until the block is the open one. */
  waiting: BlockDelta[];
}

/**
 * Writes blocks one after the other, whatever order their pieces come in: one block is open at a time, and what belongs
 * to later ones waits until the open one is whole. Indexes have no gaps.
 */
export class BlockSequence {
  private readonly entries = new Map<StreamBlock, Entry>();
  /** The open block, and those that have begun behind it. */
  private readonly queue: Entry[] = [];
  private index = -1;
  private events: MessagesEvent[] = [];

  /** How many blocks there are. */
  get count(): number {
    return this.entries.size;
  }

  /** The block that began last. */
  get last(): StreamBlock | undefined {
    return this.queue.at(-1)?.block;
  }

  begin(block: StreamBlock): void {
    const entry = { block, waiting: block.opening() };
    this.entries.set(block, entry);
    this.queue.push(entry);
    if (this.queue.length === 1) this.open(entry);
    else this.advance();
  }

  /** @throws GatewayError 502 for a piece of a block that is closed because it was whole */
  append(block: StreamBlock, text: string): void {
    const entry = this.entries.get(block);
    if (!entry || !this.queue.includes(entry)) {
      if (text.trim() === '') return;
      throw new GatewayError('upstream_invalid_response', 'The upstream went on with a tool call that was whole.');
    }
    const deltas = block.append(text);
    if (entry === this.queue[0]) this.write(deltas);
    else entry.waiting.push(...deltas);
    this.advance();
  }

  /** Closes all blocks: nothing more comes. */
  finish(): void {
    while (this.queue.length > 0) this.closeFirst();
  }

  /** The events since the last call. */
  take(): MessagesEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }

  /** Closes what is whole as long as something waits behind it. */
  private advance(): void {
    while (this.queue.length > 1 && this.queue[0]?.block.isWhole) this.closeFirst();
  }

  private closeFirst(): void {
    const entry = this.queue.shift();
    if (!entry) return;
    this.write(entry.block.end());
    this.events.push({ type: 'content_block_stop', index: this.index });
    const [next] = this.queue;
    if (next) this.open(next);
  }

  private open(entry: Entry): void {
    this.index++;
    this.events.push({ type: 'content_block_start', index: this.index, content_block: entry.block.start() });
    this.write(entry.waiting);
    entry.waiting = [];
  }

  private write(deltas: readonly BlockDelta[]): void {
    for (const delta of deltas) this.events.push({ type: 'content_block_delta', index: this.index, delta });
  }
}
