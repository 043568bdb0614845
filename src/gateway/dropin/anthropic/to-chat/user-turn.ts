import { textOr } from '../../../../common/json/text.js';
import type { InputBlock, InputMessage } from '../../../anthropic/messages.types.js';
import { isBlock, toParts } from './blocks.js';
import type { Conversation, PlacedPart } from './conversation.js';
import type { ConversionNotes } from './conversion-notes.js';

/** A message of the caller with its place. */
export interface PlacedMessage {
  readonly message: InputMessage;
  readonly path: string;
}

/**
 * A turn of the user: messages that follow each other are one turn. Results of tools come first, then the images among
 * them (a chat's tool message takes text only), then what the user says.
 */
export function addUserTurn(turn: readonly PlacedMessage[], chat: Conversation, notes: ConversionNotes): void {
  const said = turn.map(({ message, path }) => ({ path, parts: new Array<PlacedPart>(), content: message.content }));
  const images: PlacedPart[] = [];
  for (const { content, path, parts } of said) {
    if (typeof content === 'string') {
      if (content !== '') parts.push({ part: { type: 'text', text: content }, path: `${path}.content` });
      continue;
    }
    content.forEach((block, i) => {
      const at = `${path}.content[${i}]`;
      if (block.type === 'tool_result') images.push(...addResult(block, at, chat, notes));
      else for (const part of toParts(block, at, notes)) parts.push({ part, path: at });
    });
  }
  const [first] = turn;
  if (first) chat.addUser(images, first.path);
  for (const { parts, path } of said) chat.addUser(parts, path);
}

const RESULT_KEYS = new Set(['type', 'tool_use_id', 'content', 'is_error', 'cache_control']);

/** Adds the tool message; returns the result's images, for which it has no place. */
function addResult(block: InputBlock, path: string, chat: Conversation, notes: ConversionNotes): PlacedPart[] {
  notes.unsentKeys(block, RESULT_KEYS, 'messages.content.');
  const parts = resultParts(block.content, `${path}.content`, notes);
  const text = parts.flatMap(({ part }) => (part.text === undefined ? [] : [part.text])).join('\n');
  chat.addToolResult(textOr(block.tool_use_id, ''), block.is_error === true ? `Error: ${text}` : text, path);
  return parts.filter(({ part }) => part.text === undefined);
}

function resultParts(content: unknown, path: string, notes: ConversionNotes): PlacedPart[] {
  if (typeof content === 'string') return [{ part: { type: 'text', text: content }, path }];
  if (!Array.isArray(content)) return [];
  return content.filter(isBlock).flatMap((block, i) => {
    const at = `${path}[${i}]`;
    return toParts(block, at, notes).map((part) => ({ part, path: at }));
  });
}
