import { GatewayError } from '../../../../common/errors/gateway-error.js';
import { isRecord } from '../../../../common/json/is-record.js';
import { parseLossless } from '../../../../common/json/raw-json.js';
import type { Message, OutputBlock } from '../../../anthropic/messages.types.js';
import type { AssistantMessage, ChatCompletion } from '../../../openai/chat.types.js';
import type { AnswerOptions } from './answer-options.js';
import { estimatedUsage, messagesUsage } from './messages-usage.js';
import { GATEWAY_SIGNATURE } from './signature.js';
import { stopReason } from './stop-reason.js';
import { StopScanner } from './stop-scanner.js';
import { ToolUseIds } from './tool-use-ids.js';

/** Arguments of a call as the model wrote them; the object they are is only made where somebody looks into it. */
export class ToolInput {
  constructor(
    /** JSON of an object. */
    readonly text: string,
  ) {}

  toJSON(): unknown {
    return parseLossless(this.text);
  }
}

/** The Messages answer that a chat completion means (wire.md 4.7). @throws GatewayError 502 for one without a choice */
export function chatToMessage(completion: ChatCompletion, options: AnswerOptions): Message {
  const choice = completion.choices.find(({ index }) => index === 0) ?? completion.choices[0];
  if (!choice) throw new GatewayError('upstream_invalid_response', 'The upstream answered without any choice.');
  const { message, finish_reason: finish } = choice;
  const stops = new StopScanner(options.stops);
  const content = message.content ? stops.push(message.content) : '';
  const text = stops.found === undefined ? content + stops.flush() : content;
  const calls = stops.found === undefined ? callBlocks(message) : [];
  const reason = stopReason(finish, calls.length > 0, Boolean(message.refusal));
  const blocks: OutputBlock[] = [...thinkingBlocks(message, options), ...textBlocks(text, message), ...calls];
  if (blocks.length === 0) blocks.push({ type: 'text', text: '' });
  return {
    id: options.id,
    type: 'message',
    role: 'assistant',
    model: options.model,
    content: blocks,
    stop_reason: stops.found === undefined ? reason : 'stop_sequence',
    stop_sequence: stops.found ?? null,
    usage: completion.usage
      ? messagesUsage(completion.usage)
      : estimatedUsage(options.promptTokens(), lengthOf(message)),
  };
}

/** The answer as JSON, with the arguments of its calls as the model wrote them: order, digits and all. */
export function messageText(message: Message): string {
  const members = Object.entries(message).map(([name, value]) => {
    const text = name === 'content' ? `[${message.content.map(blockText).join(',')}]` : JSON.stringify(value);
    return `${JSON.stringify(name)}:${text}`;
  });
  return `{${members.join(',')}}`;
}

function blockText(block: OutputBlock): string {
  if (block.type !== 'tool_use' || !(block.input instanceof ToolInput)) return JSON.stringify(block);
  const { input, ...rest } = block;
  return `${JSON.stringify(rest).slice(0, -1)},"input":${input.text}}`;
}

function thinkingBlocks(message: AssistantMessage, { thinking }: AnswerOptions): OutputBlock[] {
  const thoughts = message.reasoning || message.reasoning_content;
  if (!thoughts || thinking === 'hidden') return [];
  const shown = thinking === 'omitted' ? '' : thoughts;
  return [{ type: 'thinking', thinking: shown, signature: GATEWAY_SIGNATURE }];
}

function textBlocks(content: string, { refusal }: AssistantMessage): OutputBlock[] {
  const text = content + (refusal ?? '');
  return text === '' ? [] : [{ type: 'text', text }];
}

function callBlocks({ tool_calls: calls = [] }: AssistantMessage): OutputBlock[] {
  const ids = new ToolUseIds();
  return calls.map(({ id, function: { name, arguments: args } }) => ({
    type: 'tool_use',
    id: ids.take(id),
    name,
    input: new ToolInput(inputText(args)),
  }));
}

/** What is no JSON object (a cut, a model's mistake) is shown as the text that it is, under `_raw`. */
function inputText(args: string): string {
  if (args.trim() === '') return '{}';
  try {
    if (isRecord(JSON.parse(args))) return args;
  } catch {
    // Shown below.
  }
  return JSON.stringify({ _raw: args });
}

function lengthOf({ content, reasoning, tool_calls: calls = [] }: AssistantMessage): number {
  const inCalls = calls.reduce((sum, call) => sum + call.function.arguments.length, 0);
  return (content?.length ?? 0) + (reasoning?.length ?? 0) + inCalls;
}
