import type { ChatMessage, ChatToolCall, ContentPart } from '../openai/chat.types.js';

/**
 * One assistant message in the making. The Responses API splits what a model said in one go into items
 * (reasoning, message, function calls); chat has a single message for it.
 */
export class AssistantTurn {
  private readonly reasoning: string[] = [];
  private readonly calls: ChatToolCall[] = [];
  private content?: string | ContentPart[];

  /** Whether more reasoning belongs to this turn: a model reasons before it speaks or calls. */
  get takesReasoning(): boolean {
    return this.content === undefined && this.calls.length === 0;
  }

  get takesContent(): boolean {
    return this.content === undefined;
  }

  addReasoning(text: string): void {
    this.reasoning.push(text);
  }

  setContent(content: string | ContentPart[]): void {
    this.content = content;
  }

  addCall(id: string, name: string, args: string): void {
    this.calls.push({ id, type: 'function', function: { name, arguments: args } });
  }

  get toolCalls(): readonly ChatToolCall[] {
    return this.calls;
  }

  /**
   * The chat message. Beside tool calls an empty content is left out: `null` and `''` have made
   * Cerebras' older chat templates fail. Without calls content has to be there, if only as `''`.
   */
  toMessage(): ChatMessage {
    const message: ChatMessage = { role: 'assistant' };
    const content = this.content ?? '';
    if (content.length > 0 || this.calls.length === 0) message.content = content;
    if (this.reasoning.length > 0) message.reasoning = this.reasoning.join('\n\n');
    if (this.calls.length > 0) message.tool_calls = this.calls;
    return message;
  }
}
