import { isRecord } from '../../../common/json/is-record.js';
import { parseLossless } from '../../../common/json/raw-json.js';
import { type GeminiContent, type GeminiPart, NO_SIGNATURE } from '../../gemini/generate-content.types.js';
import type { ChatMessage, ChatToolCall, ContentPart } from '../../openai/chat.types.js';
import type { RequestDraft } from '../request-draft.js';
import type { ModelTraits } from './model-traits.js';
import { writePart } from './parts.js';
import { invalidValue } from './refusals.js';

/** A conversation as Gemini takes it. */
export interface WrittenContents {
  readonly contents: GeminiContent[];
  readonly systemInstruction?: GeminiContent;
}

/** Keys of a message that are written; `refusal` and the two names of reasoning are read by assistantParts(). */
const READ = new Set(
  (
    'role content tool_calls tool_call_id refusal reasoning reasoning_content extra_content ' +
    'annotations audio function_call'
  ).split(' '),
);

/** The messages as turns of the user and of the model, in turn. @throws GatewayError 400 that names the field */
export function writeContents(
  messages: readonly ChatMessage[],
  traits: ModelTraits,
  draft: RequestDraft,
): WrittenContents {
  const writer = new ContentsWriter(traits, draft);
  messages.forEach((message, i) => writer.message(message, `messages[${i}]`));
  return writer.finish();
}

class ContentsWriter {
  private readonly contents: GeminiContent[] = [];
  private readonly system: GeminiPart[] = [];
  /** Names of the functions by the ids of their calls: a result has only the id. */
  private readonly names = new Map<string, string>();

  constructor(
    private readonly traits: ModelTraits,
    private readonly draft: RequestDraft,
  ) {}

  message(message: ChatMessage, path: string): void {
    for (const key in message) {
      const value = message[key];
      if (!READ.has(key) && value !== null && value !== undefined) this.draft.filter(`messages.${key}`);
    }
    switch (message.role) {
      case 'system':
      case 'developer':
        return this.instruct(message, path);
      case 'assistant':
        return this.add('model', this.assistantParts(message, path));
      case 'tool':
        return this.add('user', [this.resultPart(message, path)]);
      default:
        return this.add('user', this.parts(message.content, path));
    }
  }

  finish(): WrittenContents {
    const { contents, system } = this;
    // A request needs a turn of the user's: without one, what was to be told beforehand is it.
    if (contents.length === 0) return { contents: [{ role: 'user', parts: system }] };
    return { contents, ...(system.length > 0 && { systemInstruction: { parts: system } }) };
  }

  /** Gemini has one instruction, before the conversation. */
  private instruct({ content }: ChatMessage, path: string): void {
    if (this.contents.length > 0) this.draft.transform('messages');
    this.system.push(...this.parts(content, path).filter(({ text }) => text !== ''));
  }

  private add(role: 'user' | 'model', parts: readonly GeminiPart[]): void {
    if (parts.length === 0) return;
    const last = this.contents.at(-1);
    if (last?.role === role) last.parts?.push(...parts);
    else this.contents.push({ role, parts: [...parts] });
  }

  private parts(content: ChatMessage['content'], path: string): GeminiPart[] {
    if (typeof content === 'string') return [{ text: content }];
    return (content ?? []).map((part, i) => writePart(part, `${path}.content[${i}]`, this.draft));
  }

  private assistantParts(message: ChatMessage, path: string): GeminiPart[] {
    const parts: GeminiPart[] = [];
    const thought = message.reasoning ?? message.reasoning_content;
    if (typeof thought === 'string' && thought !== '') parts.push({ text: thought, thought: true });
    const said = this.parts(message.content, path).filter(({ text }) => text !== '');
    if (said.length === 0 && typeof message.refusal === 'string') said.push({ text: message.refusal });
    const signature = signatureOf(message.extra_content);
    const last = said.at(-1);
    if (last && signature !== undefined) last.thoughtSignature = signature;
    parts.push(...said);
    const calls = message.tool_calls ?? [];
    calls.forEach((call, i) => parts.push(this.callPart(call, i === 0, `${path}.tool_calls[${i}]`)));
    return parts;
  }

  private callPart({ id, function: called, extra_content }: ChatToolCall, isFirst: boolean, path: string): GeminiPart {
    this.names.set(id, called.name);
    const signature = signatureOf(extra_content);
    // Only the first of the calls that were made together has one.
    const missing = this.traits.wantsSignatures && isFirst ? NO_SIGNATURE : undefined;
    const thoughtSignature = signature ?? missing;
    return {
      functionCall: { id, name: called.name, args: argumentsOf(called.arguments, `${path}.function.arguments`) },
      ...(thoughtSignature !== undefined && { thoughtSignature }),
    };
  }

  private resultPart({ content, tool_call_id: id = '' }: ChatMessage, path: string): GeminiPart {
    const name = this.names.get(id);
    if (name === undefined) {
      throw invalidValue(`${path}.tool_call_id`, `no tool call before it has the id '${id.slice(0, 64)}'`);
    }
    const { text, media } = this.result(content, path);
    return {
      functionResponse: { id, name, response: { output: text }, ...(media.length > 0 && { parts: media }) },
    };
  }

  private result(content: ChatMessage['content'], path: string): { text: string; media: GeminiPart[] } {
    if (!Array.isArray(content)) return { text: content ?? '', media: [] };
    const texts = content.filter(isText).map((part) => part.text ?? '');
    const media = content.flatMap((part, i) =>
      isText(part) ? [] : [writePart(part, `${path}.content[${i}]`, this.draft)],
    );
    return { text: texts.join(''), media };
  }
}

const isText = ({ type }: ContentPart): boolean => type === 'text';

/** Gemini's own OpenAI-compatible API gives and takes signatures so. */
function signatureOf(extra: unknown): string | undefined {
  const google = isRecord(extra) ? extra.google : undefined;
  const signature = isRecord(google) ? google.thought_signature : undefined;
  return typeof signature === 'string' && signature !== '' ? signature : undefined;
}

/** Arguments are text in chat and an object here; no digit is lost. */
function argumentsOf(text: string, path: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  let args: unknown;
  try {
    args = parseLossless(text);
  } catch {
    args = undefined;
  }
  if (isRecord(args)) return args;
  throw invalidValue(path, 'expected a JSON object as text');
}
