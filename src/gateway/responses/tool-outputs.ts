import { GatewayError } from '../../common/errors/gateway-error.js';
import { isRecord } from '../../common/json/is-record.js';
import type { ChatMessage, ChatToolCall, ContentPart } from '../openai/chat.types.js';
import { toolResult, type ToolResult } from './content-parts.js';
import { readName } from './wire-reader.js';

/** The item types that answer a call. */
export const TOOL_OUTPUT_TYPES: ReadonlySet<unknown> = new Set(['function_call_output', 'custom_tool_call_output']);

/**
 * The tools' results of a request, wherever they stand in `input`.
 * A call takes the first result with its id that is left, since some upstreams number their calls anew in each turn.
 */
export class ToolOutputs {
  private readonly results = new Map<string, ToolResult[]>();

  constructor(items: readonly unknown[]) {
    items.forEach((item, index) => {
      if (isRecord(item) && TOOL_OUTPUT_TYPES.has(item.type)) this.add(item, `input[${index}]`);
    });
  }

  /**
   * The messages that answer the calls of one assistant message, in the order of the calls:
   * chat upstreams want them directly behind it.
   */
  answer(calls: readonly ChatToolCall[]): ChatMessage[] {
    const images: ContentPart[] = [];
    const messages = calls.map(({ id }): ChatMessage => {
      const result = this.take(id);
      images.push(...result.images);
      return { role: 'tool', tool_call_id: id, content: result.text };
    });
    if (images.length > 0) messages.push({ role: 'user', content: images });
    return messages;
  }

  /** Refuses results that no call has asked for. */
  assertAllTaken(): void {
    for (const [callId] of this.results) {
      throw new GatewayError('invalid_value', `No tool call found for function call output with call_id ${callId}.`, {
        param: 'input',
      });
    }
  }

  private add(item: Readonly<Record<string, unknown>>, param: string): void {
    const callId = readName(item, 'call_id', param);
    const result = toolResult(item.output, `${param}.output`);
    const queue = this.results.get(callId);
    if (queue) queue.push(result);
    else this.results.set(callId, [result]);
  }

  private take(callId: string): ToolResult {
    const queue = this.results.get(callId);
    const result = queue?.shift();
    if (!queue || !result) {
      throw new GatewayError('invalid_value', `No tool output found for function call ${callId}.`, { param: 'input' });
    }
    if (queue.length === 0) this.results.delete(callId);
    return result;
  }
}
