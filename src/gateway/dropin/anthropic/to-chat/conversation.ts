import type { ChatMessage, ContentPart } from '../../../openai/chat.types.js';

/** A content part with the place of the block that it was made of. */
export interface PlacedPart {
  readonly part: ContentPart;
  readonly path: string;
}

/** Where a message of the chat request comes from, as a path of the caller's request. */
export interface Origin {
  readonly path: string;
  /** Of each content part, where the content is a list. */
  readonly parts?: readonly string[];
}

/**
 * The chat conversation while it is written. Results of tools come right behind the message that called, whatever the
 * caller put between: chat upstreams refuse any other order.
 */
export class Conversation {
  readonly messages: ChatMessage[] = [];
  readonly origins: Origin[] = [];
  /** System messages that came between a call and its result. */
  private readonly held: Array<readonly [message: ChatMessage, origin: Origin]> = [];

  addSystem(text: string, path: string): void {
    if (text === '') return;
    const message: ChatMessage = { role: 'system', content: text };
    if (this.awaitsResults) this.held.push([message, { path }]);
    else this.add(message, { path });
  }

  addAssistant(message: ChatMessage, path: string): void {
    this.release();
    this.add(message, { path });
  }

  addToolResult(id: string, text: string, path: string): void {
    this.add({ role: 'tool', tool_call_id: id, content: text }, { path });
  }

  addUser(parts: readonly PlacedPart[], path: string): void {
    this.release();
    const [first] = parts;
    if (!first) return;
    const text = parts.length === 1 ? first.part.text : undefined;
    if (text !== undefined) return this.add({ role: 'user', content: text }, { path });
    const content = parts.map(({ part }) => part);
    this.add({ role: 'user', content }, { path, parts: parts.map((placed) => placed.path) });
  }

  /** What was held back has its place now. */
  release(): void {
    for (const [message, origin] of this.held.splice(0)) this.add(message, origin);
  }

  private add(message: ChatMessage, origin: Origin): void {
    this.messages.push(message);
    this.origins.push(origin);
  }

  private get awaitsResults(): boolean {
    return (this.messages.at(-1)?.tool_calls?.length ?? 0) > 0;
  }
}
