import { isRecord } from '../../../common/json/is-record.js';
import {
  type FunctionCall,
  type FunctionResponse,
  type GeminiContent,
  type GeminiPart,
  NO_SIGNATURE,
} from '../../gemini/generate-content.types.js';
import type { ChatMessage, ChatToolCall, ContentPart } from '../../openai/chat.types.js';
import { CallLedger } from './call-ledger.js';
import { toContentPart } from './content-parts.js';
import type { ConversionNotes } from './conversion.types.js';
import { invalid, unsupported, wrongKind } from './wire-errors.js';

/** Messages with the places that they come from. */
interface Written {
  readonly messages: ChatMessage[];
  readonly paths: string[];
}

/** The conversation as chat messages. @throws GatewayError 400 that names the place of what chat cannot say */
export function toMessages(
  contents: readonly GeminiContent[],
  system: GeminiContent | undefined,
  notes: ConversionNotes,
): Written {
  const writer = new MessageWriter(notes);
  if (system) writer.system(system);
  contents.forEach((content, i) => writer.content(content, `contents[${i}]`));
  if (contents.length === 0) throw invalid('contents', 'GenerateContentRequest.contents: contents is not specified');
  return writer;
}

class MessageWriter implements Written {
  readonly messages: ChatMessage[] = [];
  readonly paths: string[] = [];
  private readonly ledger = new CallLedger();

  constructor(private readonly notes: ConversionNotes) {}

  system({ parts }: GeminiContent): void {
    const written = (parts ?? []).map((part, i) => {
      const path = `systemInstruction.parts[${i}]`;
      if (typeof part.text !== 'string') throw unsupported(path, 'an instruction that is not text');
      return { type: 'text', text: part.text };
    });
    const content = simplest(written);
    if (content !== '') this.add({ role: 'system', content }, 'systemInstruction');
  }

  content(content: GeminiContent, path: string): void {
    if (!isRecord(content)) throw wrongKind(path, 'an object', content);
    const role = typeof content.role === 'string' ? content.role.toLowerCase() : 'user';
    const parts = content.parts ?? [];
    if (role === 'model') this.modelTurn(parts, path);
    else if (role === 'user' || role === 'function' || role === 'tool' || role === '') this.userTurn(parts, path);
    else throw invalid(`${path}.role`, 'Please use a valid role: user, model.');
  }

  /** Tools' results first: chat wants them directly behind the calls. */
  private userTurn(parts: readonly GeminiPart[], path: string): void {
    const said: ContentPart[] = [];
    const shown: ContentPart[] = [];
    parts.forEach((part, i) => {
      const at = `${path}.parts[${i}]`;
      if (part.functionResponse) shown.push(...this.functionResponse(part.functionResponse, `${at}.functionResponse`));
      else if (part.functionCall) throw invalid(at, `Invalid value at '${at}': only the model calls functions.`);
      else said.push(toContentPart(part, at));
    });
    // What a tool shows has no place in its message.
    if (shown.length > 0) this.add({ role: 'user', content: shown }, path);
    if (said.length > 0) this.add({ role: 'user', content: simplest(said) }, path);
  }

  private functionResponse(source: FunctionResponse, path: string): ContentPart[] {
    if (!isRecord(source)) throw wrongKind(path, 'an object', source);
    const name = typeof source.name === 'string' ? source.name : '';
    const id = this.ledger.answer(name, source.id, path);
    this.add({ role: 'tool', tool_call_id: id, content: resultText(source.response, name) }, path);
    return (source.parts ?? []).map((part, i) => toContentPart(part, `${path}.parts[${i}]`));
  }

  /** Streams are kept by clients as one content for each piece: together they are one message. */
  private modelTurn(parts: readonly GeminiPart[], path: string): void {
    const last = this.messages.at(-1);
    const message: ChatMessage = last?.role === 'assistant' ? last : { role: 'assistant', content: null };
    if (message !== last) this.ledger.nextTurn();
    parts.forEach((part, i) => this.modelPart(part, `${path}.parts[${i}]`, message));
    if (message !== last && (message.content !== null || message.tool_calls || message.reasoning)) {
      this.add(message, path);
    }
  }

  private modelPart(part: GeminiPart, path: string, message: ChatMessage): void {
    if (part.functionCall) return this.functionCall(part.functionCall, part.thoughtSignature, path, message);
    if (typeof part.text === 'string') return saidBy(part, part.text, message);
    const { executableCode: code, codeExecutionResult: result } = part;
    if (code || result) {
      // The code that the model ran, and what came of it, stay part of what was said.
      message.content = `${textOf(message)}\n\`\`\`\n${code?.code ?? result?.output ?? ''}\n\`\`\`\n`;
      this.notes.transformed.push(path);
      return;
    }
    // Images that a model made, and calls of Google's own tools, have no place in a chat's history.
    this.notes.unsent.push(path);
  }

  private functionCall(call: FunctionCall, signature: unknown, path: string, message: ChatMessage): void {
    const at = `${path}.functionCall`;
    if (!isRecord(call)) throw wrongKind(at, 'an object', call);
    const { name, args } = call;
    if (typeof name !== 'string' || name === '')
      throw invalid(`${at}.name`, `Missing required parameter: '${at}.name'.`);
    if (args !== undefined && args !== null && !isRecord(args)) throw wrongKind(`${at}.args`, 'an object', args);
    const written: ChatToolCall = {
      id: this.ledger.call(name, call.id),
      type: 'function',
      function: { name, arguments: JSON.stringify(args ?? {}) },
      ...(isSignature(signature) && { extra_content: signed(signature) }),
    };
    message.tool_calls = [...(message.tool_calls ?? []), written];
  }

  private add(message: ChatMessage, path: string): void {
    this.messages.push(message);
    this.paths.push(path);
  }
}

function textOf({ content }: ChatMessage): string {
  return typeof content === 'string' ? content : '';
}

/** Adds a text or a thought of the model to its message. */
function saidBy({ thought, thoughtSignature }: GeminiPart, text: string, message: ChatMessage): void {
  if (thought === true) message.reasoning = `${message.reasoning ?? ''}${text}`;
  else message.content = `${textOf(message)}${text}`;
  if (isSignature(thoughtSignature)) message.extra_content = signed(thoughtSignature);
}

/** One text is a string, anything else the list of its parts. */
function simplest(parts: ContentPart[]): string | ContentPart[] {
  const [first] = parts;
  if (!first) return '';
  return parts.length === 1 && first.type === 'text' ? (first.text ?? '') : parts;
}

/**
 * What SDKs wrap a function's text into (`output`, `result`, or `content` beside the function's name) is that text; any
 * other response is its JSON.
 */
function resultText(response: unknown, name: string): string {
  if (response === undefined || response === null) return '';
  if (!isRecord(response)) return JSON.stringify(response);
  const keys = Object.keys(response).filter((key) => key !== 'name' || response.name !== name);
  const [key = ''] = keys;
  if (keys.length !== 1 || !WRAPPERS.has(key)) return JSON.stringify(response);
  const value = response[key];
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const WRAPPERS = new Set(['output', 'result', 'content']);

function isSignature(signature: unknown): signature is string {
  return typeof signature === 'string' && signature !== '' && signature !== NO_SIGNATURE;
}

/** Where Gemini's own OpenAI-compatible API keeps a signature. */
function signed(signature: string): Record<string, unknown> {
  return { google: { thought_signature: signature } };
}
