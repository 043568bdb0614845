import { cutAtStop } from '../answer-plan.js';
import { SchemaValue } from '../answer-schema.js';
import { chatText, reasoningText, textFromResults } from '../answer-text.js';
import { planToolCalls } from '../answer-tools.js';
import { hintsOf } from '../prompt-hints.js';
import type { ChatBody } from '../sandbox-types.js';
import { hashText, SeededRandom } from '../seeded-random.js';
import { tokenize } from '../token-estimate.js';
import { newId } from './anthropic-answers.js';
import type { ClaudeModel } from './anthropic-models.js';
import { blocksOf } from './conversation-rules.js';
import type { Block, MessagesBody } from './messages-request.types.js';

/** One block of an answer, before it is written as JSON or as events. */
export type PlannedBlock =
  | { type: 'thinking'; tokens: string[]; isShown: boolean }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'text'; tokens: string[] }
  | { type: 'tool_use'; id: string; name: string; arguments: string };

export interface PlannedMessage {
  blocks: PlannedBlock[];
  stopReason: 'end_turn' | 'max_tokens' | 'stop_sequence' | 'tool_use' | 'refusal';
  stopSequence: string | null;
  tokens: number;
  thinkingTokens: number;
}

/** The API's own test strings, as far as their names go. */
const REFUSES = 'ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL';
const REDACTS = 'ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING';

function textIn(blocks: readonly Block[]): string {
  return blocks
    .filter(({ type }) => type === 'text')
    .map(({ text }) => text ?? '')
    .join('\n');
}

function lastUserText({ messages }: MessagesBody): string {
  const said = messages.findLast(({ role, content }) => role === 'user' && textIn(blocksOf(content)) !== '');
  return said ? textIn(blocksOf(said.content)) : '';
}

function toolResults({ messages }: MessagesBody): string[] {
  const last = messages.at(-1);
  const results = last?.role === 'user' ? blocksOf(last.content).filter(({ type }) => type === 'tool_result') : [];
  return results.map(({ content = '' }) => textIn(blocksOf(content)));
}

/** How hard the model thinks about this request; undefined when it does not. */
function effortOf({ thinking, output_config }: MessagesBody, model: ClaudeModel): string | undefined {
  const form = thinking?.type ?? (thinksUnasked(model) ? 'adaptive' : 'disabled');
  if (form === 'disabled') return undefined;
  return form === 'enabled' ? effortOfBudget(thinking?.budget_tokens ?? 0) : (output_config?.effort ?? 'high');
}

const thinksUnasked = ({ thinking }: ClaudeModel): boolean =>
  thinking.includes('adaptive') && !thinking.includes('enabled');

function effortOfBudget(budget: number): string {
  if (budget < 4_096) return 'low';
  return budget < 16_384 ? 'medium' : 'high';
}

function thoughts(body: MessagesBody, model: ClaudeModel, prompt: string): PlannedBlock[] {
  const effort = effortOf(body, model);
  if (effort === undefined) return [];
  if (prompt.includes(REDACTS)) return [{ type: 'redacted_thinking', data: Buffer.from(prompt).toString('base64') }];
  const display = body.thinking?.display ?? (thinksUnasked(model) ? 'omitted' : 'summarized');
  return [{ type: 'thinking', tokens: tokenize(reasoningText(prompt, effort)), isShown: display === 'summarized' }];
}

/** The same question as the planner of calls asks of a chat request. */
function asChat({ tools, tool_choice }: MessagesBody, isAnswering: boolean): ChatBody {
  const choice = tool_choice?.type;
  return {
    model: '',
    messages: [{ role: isAnswering ? 'tool' : 'user' }],
    tools: tools?.map(({ name, description, input_schema }) => ({
      type: 'function',
      function: { name, description, parameters: input_schema },
    })),
    tool_choice:
      choice === 'tool'
        ? { type: 'function', function: { name: tool_choice?.name ?? '' } }
        : choice === 'any'
          ? 'required'
          : (choice ?? 'auto'),
    parallel_tool_calls: tool_choice?.disable_parallel_tool_use !== true,
  };
}

function textFor(body: MessagesBody, prompt: string, results: readonly string[]): string {
  const format = body.output_config?.format;
  if (format) return JSON.stringify(new SchemaValue(format.schema, hintsOf(prompt), 'all').make());
  return results.length > 0 ? textFromResults(results, prompt) : chatText(prompt, new SeededRandom(hashText(prompt)));
}

function wanted(body: MessagesBody, model: ClaudeModel): Pick<PlannedMessage, 'blocks' | 'stopSequence'> {
  const prompt = lastUserText(body);
  const blocks = thoughts(body, model, prompt);
  const results = toolResults(body);
  const calls = planToolCalls(asChat(body, results.length > 0), prompt);
  if (calls.length > 0) {
    // Claude says what it is about to do when it chooses to call.
    if (body.tool_choice === undefined || body.tool_choice.type === 'auto') {
      blocks.push({ type: 'text', tokens: tokenize(`I'll use ${calls[0]?.name ?? ''} for that.`) });
    }
    for (const call of calls) {
      blocks.push({ type: 'tool_use', id: newId('toolu'), name: call.name, arguments: call.arguments });
    }
    return { blocks, stopSequence: null };
  }
  const text = textFor(body, prompt, results);
  const cut = cutAtStop(text, body.stop_sequences);
  if (cut !== '') blocks.push({ type: 'text', tokens: tokenize(cut) });
  const rest = text.slice(cut.length);
  return { blocks, stopSequence: body.stop_sequences?.find((stop) => rest.startsWith(stop)) ?? null };
}

const sizeOf = (block: PlannedBlock): number => {
  if (block.type === 'tool_use') return 8 + tokenize(block.arguments).length;
  return block.type === 'redacted_thinking' ? 8 : block.tokens.length;
};

/** Cuts the blocks where `max_tokens` ends them; a call whose arguments are not whole is not made. */
function limited(blocks: readonly PlannedBlock[], limit: number): PlannedBlock[] {
  const kept: PlannedBlock[] = [];
  let left = limit;
  for (const block of blocks) {
    const size = sizeOf(block);
    if (size <= left) kept.push(block);
    else if ('tokens' in block && left > 0) kept.push({ ...block, tokens: block.tokens.slice(0, left) });
    left -= size;
    if (left <= 0) break;
  }
  return kept;
}

/** Decides what the model answers: the same request always gets the same words. */
export function planMessage(body: MessagesBody, model: ClaudeModel): PlannedMessage {
  if (lastUserText(body).includes(REFUSES)) {
    return { blocks: [], stopReason: 'refusal', stopSequence: null, tokens: 1, thinkingTokens: 0 };
  }
  const { blocks: all, stopSequence } = wanted(body, model);
  const limit = body.max_tokens ?? model.maxOutput;
  const blocks = limited(all, limit);
  const isCut = all.reduce((sum, block) => sum + sizeOf(block), 0) > limit;
  const called = blocks.some(({ type }) => type === 'tool_use');
  const thinking = blocks.filter(({ type }) => type === 'thinking' || type === 'redacted_thinking');
  return {
    blocks,
    stopReason: isCut ? 'max_tokens' : called ? 'tool_use' : stopSequence === null ? 'end_turn' : 'stop_sequence',
    stopSequence: isCut ? null : stopSequence,
    tokens: Math.max(
      1,
      blocks.reduce((sum, block) => sum + sizeOf(block), 0),
    ),
    thinkingTokens: thinking.reduce((sum, block) => sum + sizeOf(block), 0),
  };
}
