import { isRecord } from '../../../common/json/is-record.js';
import type { ToolCallIds } from '../../openai/tool-call-ids.js';

/** What the parts of a candidate say, whole or in one piece of a stream. */
export interface ReadParts {
  content: string;
  reasoning: string;
  calls: ReadCall[];
  /** Data URLs of images. */
  images: string[];
  /** Of the text. */
  signature?: string;
}

export interface ReadCall {
  id: string;
  name: string;
  /** JSON text. */
  arguments: string;
  signature?: string;
}

/** Reads what a candidate says. The arguments' numbers are exact when the answer was parsed so. */
export function readParts(content: unknown, ids: ToolCallIds): ReadParts {
  const read: ReadParts = { content: '', reasoning: '', calls: [], images: [] };
  const parts = isRecord(content) && Array.isArray(content.parts) ? content.parts : [];
  for (const part of parts) if (isRecord(part)) readPart(part, read, ids);
  return read;
}

function readPart(part: Record<string, unknown>, read: ReadParts, ids: ToolCallIds): void {
  const signature = typeof part.thoughtSignature === 'string' ? part.thoughtSignature : undefined;
  if (isRecord(part.functionCall)) return void read.calls.push(readCall(part.functionCall, signature, ids));
  if (typeof part.text === 'string') {
    if (part.thought === true) read.reasoning += part.text;
    else read.content += part.text;
    if (signature !== undefined) read.signature = signature;
    return;
  }
  const { inlineData, executableCode, codeExecutionResult } = part;
  if (isRecord(inlineData)) read.images.push(`data:${String(inlineData.mimeType)};base64,${String(inlineData.data)}`);
  // What the model ran by itself is part of what it says.
  else if (isRecord(executableCode)) read.content += `\n\`\`\`\n${String(executableCode.code)}\n\`\`\`\n`;
  else if (isRecord(codeExecutionResult)) read.content += `\n\`\`\`\n${String(codeExecutionResult.output)}\n\`\`\`\n`;
}

function readCall(call: Record<string, unknown>, signature: string | undefined, ids: ToolCallIds): ReadCall {
  return {
    id: ids.unique(call.id),
    name: typeof call.name === 'string' ? call.name : '',
    arguments: JSON.stringify(isRecord(call.args) ? call.args : {}),
    ...(signature !== undefined && { signature }),
  };
}

/** Where a signature stands in chat: Gemini's own OpenAI-compatible API has it there. */
export function extraContent(signature: string | undefined): { extra_content?: Record<string, unknown> } {
  return signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } };
}
