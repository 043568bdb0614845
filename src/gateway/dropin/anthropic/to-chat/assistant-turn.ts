import { GatewayError } from '../../../../common/errors/gateway-error.js';
import { textOr } from '../../../../common/json/text.js';
import type { InputBlock } from '../../../anthropic/messages.types.js';
import type { ChatMessage, ChatToolCall } from '../../../openai/chat.types.js';
import type { Conversation } from './conversation.js';
import type { ConversionNotes } from './conversion-notes.js';
import type { PlacedMessage } from './user-turn.js';

interface Spoken {
  /** One text for each message of the turn. */
  texts: string[];
  thoughts: string[];
  calls: ChatToolCall[];
}

/** A turn of the assistant: messages that follow each other are one, so that all its calls stand before their results. */
export function addAssistantTurn(turn: readonly PlacedMessage[], chat: Conversation, notes: ConversionNotes): void {
  const spoken: Spoken = { texts: [], thoughts: [], calls: [] };
  for (const { message, path } of turn) {
    const { content } = message;
    let text = '';
    if (typeof content === 'string') text = content;
    else content.forEach((block, i) => (text += readBlock(block, `${path}.content[${i}]`, spoken, notes)));
    if (text !== '') spoken.texts.push(text);
  }
  const [first] = turn;
  const written = writeTurn(spoken);
  if (first && written) chat.addAssistant(written, first.path);
}

/** Notes what the block holds; returns its text. Text blocks are pieces of one text: only their quotations parted them. */
function readBlock(block: InputBlock, path: string, spoken: Spoken, notes: ConversionNotes): string {
  switch (block.type) {
    case 'text':
      return textOr(block.text, '');
    case 'thinking':
      // Whoever signed it: the text is what counts here.
      if (block.thinking !== '') spoken.thoughts.push(textOr(block.thinking, ''));
      return '';
    case 'tool_use':
      spoken.calls.push(toCall(block));
      return '';
    case 'image':
    case 'document':
      throw new GatewayError('invalid_value', `A block of type '${block.type}' is possible in user messages only.`, {
        param: `${path}.type`,
      });
    default:
      // Redacted thoughts, and what Anthropic's own tools did: nobody else can read it.
      notes.unsent.add(`messages.content.${block.type}`);
      return '';
  }
}

/** Numbers in `input` keep their digits: JSON.stringify writes a kept number as it came. */
function toCall({ id, name, input }: InputBlock): ChatToolCall {
  return {
    id: textOr(id, ''),
    type: 'function',
    function: { name: textOr(name, ''), arguments: input === undefined ? '{}' : JSON.stringify(input) },
  };
}

function writeTurn({ texts, thoughts, calls }: Spoken): ChatMessage | undefined {
  const message: ChatMessage = { role: 'assistant' };
  if (texts.length > 0 || calls.length === 0) message.content = texts.join('\n\n');
  if (thoughts.length > 0) message.reasoning = thoughts.join('\n\n');
  if (calls.length > 0) message.tool_calls = calls;
  return texts.length + thoughts.length + calls.length === 0 ? undefined : message;
}
