import { isRecord } from '../../../common/json/is-record.js';
import type { ChatRequest } from '../../openai/chat.types.js';

/** English in JSON has about four characters for a token. */
const CHARACTERS_PER_TOKEN = 4;
/** What the frame of a message costs, and an image of ordinary size. */
const PER_MESSAGE = 4;
const PER_IMAGE = 1_000;

/** About how many tokens a request's prompt has: texts, tool calls, tools and the schema of the answer. */
export function estimateInputTokens({ messages, tools, response_format: format }: ChatRequest): number {
  let characters = tools ? JSON.stringify(tools).length : 0;
  if (format) characters += JSON.stringify(format).length;
  let tokens = messages.length * PER_MESSAGE;
  for (const message of messages) {
    const { content, ...rest } = message;
    characters += JSON.stringify(rest).length;
    if (typeof content === 'string') characters += content.length;
    for (const part of Array.isArray(content) ? content : []) {
      if (isRecord(part) && typeof part.text === 'string') characters += part.text.length;
      else tokens += PER_IMAGE;
    }
  }
  return tokens + Math.ceil(characters / CHARACTERS_PER_TOKEN);
}
