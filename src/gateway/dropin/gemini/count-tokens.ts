import { isRecord } from '../../../common/json/is-record.js';
import type { GeminiContent, GenerateContentRequest } from '../../gemini/generate-content.types.js';

/** Few tokenizers need more than one token for three bytes of prose or code. */
const BYTES_PER_TOKEN = 3;
/** What separates messages from each other. */
const TOKENS_PER_CONTENT = 4;
/** An image of a usual size; models cut larger ones down. */
const TOKENS_PER_IMAGE = 1_024;

/** How many tokens a prompt has at most, about: a count that is too low would let a prompt overflow. */
export function estimateTokens({ contents, systemInstruction, tools }: GenerateContentRequest): number {
  let bytes = tools ? Buffer.byteLength(JSON.stringify(tools)) : 0;
  let tokens = 0;
  const count = ({ parts }: GeminiContent): void => {
    tokens += TOKENS_PER_CONTENT;
    for (const part of parts ?? []) {
      if (part.inlineData ?? part.fileData) tokens += TOKENS_PER_IMAGE;
      else if (typeof part.text === 'string') bytes += Buffer.byteLength(part.text);
      else if (isRecord(part)) bytes += Buffer.byteLength(JSON.stringify(part));
    }
  };
  if (systemInstruction) count(systemInstruction);
  contents.forEach(count);
  return tokens + Math.ceil(bytes / BYTES_PER_TOKEN);
}
