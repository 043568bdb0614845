import { isRecord } from '../../../../common/json/is-record.js';
import { textOr } from '../../../../common/json/text.js';
import type { OutputBlock } from '../../../anthropic/messages.types.js';

/** A block of an answer, if it is one of those that a chat can show; what Anthropic's own tools did is none. */
export function asOutputBlock(value: unknown): OutputBlock | undefined {
  if (!isRecord(value)) return undefined;
  switch (value.type) {
    case 'text':
      return { type: 'text', text: textOr(value.text, '') };
    case 'thinking':
      return { type: 'thinking', thinking: textOr(value.thinking, ''), signature: textOr(value.signature, '') };
    case 'redacted_thinking':
      return { type: 'redacted_thinking', data: textOr(value.data, '') };
    case 'tool_use':
      return { type: 'tool_use', id: textOr(value.id, ''), name: textOr(value.name, ''), input: value.input };
    default:
      return undefined;
  }
}
