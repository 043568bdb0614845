import { invalid } from '../../common/validation/invalid.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { isRecord } from '../../common/json/is-record.js';
import { missing, wrongValue } from '../../common/validation/violations.js';
import type { ChatMessage } from '../openai/chat.types.js';
import { AssistantTurn } from './assistant-turn.js';
import { messageContent } from './content-parts.js';
import { openReasoning } from './encrypted-reasoning.js';
import { TOOL_OUTPUT_TYPES, ToolOutputs } from './tool-outputs.js';
import { readName, readObject, readString, type JsonObject } from './wire-reader.js';

const ITEM_TYPES = [
  'message',
  'function_call',
  'function_call_output',
  'reasoning',
  'custom_tool_call',
  'custom_tool_call_output',
];

type PromptRole = 'user' | 'system' | 'developer';

/** Turns the items of `input` into chat messages; a wrong item is a 400 that names its path. */
export function inputMessages(items: readonly unknown[]): ChatMessage[] {
  const conversation = new Conversation(items);
  items.forEach((item, index) => conversation.add(item, `input[${index}]`));
  return conversation.finish();
}

class Conversation {
  private readonly messages: ChatMessage[] = [];
  private readonly outputs: ToolOutputs;
  private turn?: AssistantTurn;

  constructor(items: readonly unknown[]) {
    this.outputs = new ToolOutputs(items);
  }

  add(value: unknown, param: string): void {
    const item = readObject(value, param);
    const type = itemType(item, param);
    if (TOOL_OUTPUT_TYPES.has(type)) {
      // The result itself is placed behind its call; here it only ends the turn that it answers.
      this.endTurn();
      return;
    }
    switch (type) {
      case 'message':
        return this.addMessage(item, param);
      case 'reasoning':
        return this.addReasoning(item);
      case 'function_call':
        return this.addCall(item, readString(item, 'arguments', param), param);
      case 'custom_tool_call':
        // A free-form tool of an earlier answer: chat shows it as a function with that one argument.
        return this.addCall(item, JSON.stringify({ input: readString(item, 'input', param) }), param);
      default:
        throw invalid(wrongValue(`${param}.type`, type, ITEM_TYPES));
    }
  }

  finish(): ChatMessage[] {
    this.endTurn();
    this.outputs.assertAllTaken();
    return this.messages;
  }

  private addMessage(item: JsonObject, param: string): void {
    const role = readString(item, 'role', param);
    const content = messageContent(item.content, role, `${param}.content`);
    if (role === 'assistant') {
      if (this.turn && !this.turn.takesContent) this.endTurn();
      this.openTurn().setContent(content);
      return;
    }
    if (!isPromptRole(role)) {
      throw invalid(wrongValue(`${param}.role`, role, ['assistant', 'system', 'developer', 'user']));
    }
    this.endTurn();
    this.messages.push({ role, content });
  }

  private addReasoning(item: JsonObject): void {
    const text = reasoningText(item);
    if (text === '') return;
    if (this.turn && !this.turn.takesReasoning) this.endTurn();
    this.openTurn().addReasoning(text);
  }

  private addCall(item: JsonObject, args: string, param: string): void {
    this.openTurn().addCall(readName(item, 'call_id', param), readName(item, 'name', param), args);
  }

  private openTurn(): AssistantTurn {
    this.turn ??= new AssistantTurn();
    return this.turn;
  }

  private endTurn(): void {
    const { turn } = this;
    if (!turn) return;
    this.turn = undefined;
    this.messages.push(turn.toMessage(), ...this.outputs.answer(turn.toolCalls));
  }
}

/** Easy messages carry no `type`, and a reference may carry nothing but its id. */
function itemType(item: JsonObject, param: string): unknown {
  const absent = item.type === undefined || item.type === null;
  if (absent && item.role !== undefined) return 'message';
  if (item.type === 'item_reference' || (absent && typeof item.id === 'string')) {
    throw new GatewayError(
      'unsupported_value',
      "Items are not stored here, so an 'item_reference' cannot be resolved: send the whole item (in most clients: 'store: false').",
      { param },
    );
  }
  if (absent) throw invalid(missing(`${param}.type`));
  return item.type;
}

/** What the model thought: from our own token if there is one, else from the texts that the item shows. */
function reasoningText(item: JsonObject): string {
  return openReasoning(item.encrypted_content) ?? (joinTexts(item.summary) || joinTexts(item.content));
}

/** Client copies of reasoning are of many makers (`content: null`, `summary` missing), so a gap is no error. */
function joinTexts(parts: unknown): string {
  if (!Array.isArray(parts)) return '';
  const texts: string[] = [];
  for (const part of parts) {
    if (isRecord(part) && typeof part.text === 'string' && part.text !== '') texts.push(part.text);
  }
  return texts.join('\n\n');
}

function isPromptRole(role: string): role is PromptRole {
  return role === 'user' || role === 'system' || role === 'developer';
}
