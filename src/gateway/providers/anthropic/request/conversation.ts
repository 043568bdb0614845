import { GatewayError } from '../../../../common/errors/gateway-error.js';
import { isRecord } from '../../../../common/json/is-record.js';
import type { InputBlock, InputMessage, TextBlock } from '../../../anthropic/messages.types.js';
import type { ChatMessage, ChatRequest } from '../../../openai/chat.types.js';
import type { RequestDraft } from '../../request-draft.js';
import { assistantBlocks } from './assistant-turn.js';
import { blocksOf, textBlocksOf } from './content-blocks.js';
import { toolUseId } from './tool-use-id.js';

/** What each role's message may hold; anything else is named to the caller. */
const KEYS: Readonly<Record<string, ReadonlySet<string>>> = {
  system: new Set(['role', 'content']),
  developer: new Set(['role', 'content']),
  user: new Set(['role', 'content']),
  assistant: new Set(
    ['role', 'content', 'refusal', 'tool_calls'].concat('reasoning', 'reasoning_content', 'reasoning_details'),
  ),
  tool: new Set(['role', 'content', 'tool_call_id']),
};

/**
 * `system` and `messages`: instructions are taken out of the conversation, and messages of one role that follow each
 * other are one turn, the answers of tools among the user's.
 * @throws GatewayError 400 that names the caller's own field
 */
export function writeConversation({ messages }: ChatRequest, draft: RequestDraft): void {
  const conversation = new ConversationWriter(draft);
  for (const [i, message] of messages.entries()) {
    noteKeys(message, draft);
    conversation.add(message, `messages[${i}]`);
  }
  conversation.finish();
}

class ConversationWriter {
  private readonly turns: InputMessage[] = [];
  private readonly system: TextBlock[] = [];
  /** The user's turn that is under way: results of tools stand first, or Anthropic takes the calls for unanswered. */
  private results: InputBlock[] = [];
  private others: InputBlock[] = [];

  constructor(private readonly draft: RequestDraft) {}

  add(message: ChatMessage, path: string): void {
    switch (message.role) {
      case 'system':
      case 'developer':
        this.addSystem(message, path);
        break;
      case 'assistant':
        this.addAssistant(assistantBlocks(message, path, this.draft));
        break;
      case 'tool':
        this.results.push(toolResult(message, path, this.draft));
        break;
      default:
        this.others.push(...userBlocks(message, path, this.draft));
    }
  }

  finish(): void {
    this.endUser();
    writeSystem(this.system, this.draft);
    this.draft.body.messages = trimmedEnd(this.turns, this.draft);
  }

  /** Most models have no place for instructions among the turns. */
  private addSystem({ content }: ChatMessage, path: string): void {
    if (this.turns.length + this.results.length + this.others.length > 0) this.draft.transform(`${path}.role`);
    this.system.push(...textBlocksOf(content, `${path}.content`, this.draft));
  }

  private addAssistant(blocks: InputBlock[]): void {
    if (blocks.length === 0) return;
    this.endUser();
    const last = this.turns.at(-1);
    if (last?.role !== 'assistant') {
      this.turns.push({ role: 'assistant', content: contentOf(blocks) });
      return;
    }
    const before = typeof last.content === 'string' ? [{ type: 'text', text: last.content }] : last.content;
    this.turns[this.turns.length - 1] = { role: 'assistant', content: [...before, ...blocks] };
  }

  private endUser(): void {
    const blocks = [...this.results, ...this.others];
    if (blocks.length > 0) this.turns.push({ role: 'user', content: contentOf(blocks) });
    this.results = [];
    this.others = [];
  }
}

function writeSystem(system: readonly TextBlock[], draft: RequestDraft): void {
  if (system.length === 0) return;
  const isPlain = system.every((block) => Object.keys(block).length === 2);
  draft.body.system = isPlain ? system.map(({ text }) => text).join('\n\n') : system;
}

/** Text alone is written as text: it is what people read in logs. */
function contentOf(blocks: InputBlock[]): string | InputBlock[] {
  const [only] = blocks;
  const isText = blocks.length === 1 && only?.type === 'text' && Object.keys(only).length === 2;
  return isText ? String(only.text) : blocks;
}

function userBlocks(message: ChatMessage, path: string, draft: RequestDraft): InputBlock[] {
  if (message.role !== 'user') {
    throw new GatewayError('unsupported_value', `Unsupported value: '${message.role}' is no role that Anthropic has.`, {
      param: `${path}.role`,
    });
  }
  const blocks = blocksOf(message.content, `${path}.content`, draft);
  if (blocks.length > 0) return blocks;
  throw new GatewayError('invalid_value', "A user's message needs some content: Anthropic takes none without.", {
    param: `${path}.content`,
  });
}

function toolResult(message: ChatMessage, path: string, draft: RequestDraft): InputBlock {
  const { content, tool_call_id: id } = message;
  if (typeof id !== 'string' || id === '') {
    throw new GatewayError('missing_required_parameter', `Missing required parameter: '${path}.tool_call_id'.`, {
      param: `${path}.tool_call_id`,
    });
  }
  const result: InputBlock = { type: 'tool_result', tool_use_id: toolUseId(id) };
  if (typeof content === 'string') {
    if (content !== '') result.content = content;
    return result;
  }
  const blocks = blocksOf(content, `${path}.content`, draft);
  if (blocks.length > 0) result.content = contentOf(blocks);
  return result;
}

/** Anthropic refuses white space at the end of what an assistant is to go on with. */
function trimmedEnd(turns: InputMessage[], draft: RequestDraft): InputMessage[] {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return turns;
  const content = typeof last.content === 'string' ? last.content : last.content.at(-1)?.text;
  if (typeof content !== 'string' || content === content.trimEnd()) return turns;
  draft.transform('messages.content');
  const text = content.trimEnd();
  const end: InputMessage =
    typeof last.content === 'string'
      ? { ...last, content: text }
      : { ...last, content: [...last.content.slice(0, -1), { ...last.content.at(-1), type: 'text', text }] };
  return [...turns.slice(0, -1), end];
}

function noteKeys(message: ChatMessage, draft: RequestDraft): void {
  const known = KEYS[message.role];
  for (const key in message) {
    if (known?.has(key) || isEmpty(message[key])) continue;
    draft.filter(`messages.${key}`);
  }
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}
