import { invalid } from './anthropic-answers.js';
import type { ClaudeModel } from './anthropic-models.js';
import type { Block, MessagesBody, Turn } from './messages-request.types.js';
import type { ThinkingSigner } from './thinking-signer.js';

/** The blocks of a turn, whichever way its content is written. */
export function blocksOf(content: Turn['content']): readonly Block[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

const isThinking = ({ type }: Block): boolean => type === 'thinking' || type === 'redacted_thinking';

function checkTexts(messages: readonly Turn[]): void {
  for (const [index, { role, content }] of messages.entries()) {
    const isFinal = index === messages.length - 1 && role === 'assistant';
    if (content.length === 0 && !isFinal) {
      throw invalid(
        `messages.${index}: all messages must have non-empty content except for the optional final assistant message`,
      );
    }
    if (typeof content !== 'string') content.forEach(checkText);
  }
}

function checkText({ type, text }: Block): void {
  if (type !== 'text') return;
  if (text === '') throw invalid('messages: text content blocks must be non-empty');
  if (text?.trim() === '') throw invalid('messages: text content blocks must contain non-whitespace text');
}

function checkRoles(messages: readonly Turn[], model: ClaudeModel): void {
  const [first] = messages;
  if (!first) throw invalid('messages: at least one message is required');
  const system = messages.some(({ role }) => role === 'system');
  if (system && !model.systemTurns) {
    throw invalid(
      'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
    );
  }
  if (first.role !== 'user') throw invalid('messages: first message must use the "user" role');
  const last = messages.at(-1);
  if (last?.role === 'assistant') checkPrefill(last, model);
}

function checkPrefill({ content }: Turn, model: ClaudeModel): void {
  if (!model.prefill) {
    throw invalid(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  }
  const end = blocksOf(content).at(-1)?.text;
  if (end !== undefined && /\s$/.test(end)) {
    throw invalid('messages: final assistant content cannot end with trailing whitespace');
  }
}

/** Turns of one role in a row are one turn to the model. */
interface JoinedTurn {
  role: Turn['role'];
  /** Where the first of them stands. */
  index: number;
  blocks: Array<{ block: Block; path: string }>;
}

function joined(messages: readonly Turn[]): JoinedTurn[] {
  const turns: JoinedTurn[] = [];
  for (const [index, { role, content }] of messages.entries()) {
    if (role === 'system') continue;
    const blocks = blocksOf(content).map((block, at) => ({ block, path: `messages.${index}.content.${at}` }));
    const last = turns.at(-1);
    if (last?.role === role) last.blocks.push(...blocks);
    else turns.push({ role, index, blocks });
  }
  return turns;
}

function toolUses(turn: JoinedTurn | undefined): Set<string> {
  const ids = new Set<string>();
  for (const { block, path } of turn?.role === 'assistant' ? turn.blocks : []) {
    if (block.type !== 'tool_use') continue;
    if (ids.has(block.id ?? '')) throw invalid(`${path}: \`tool_use\` ids must be unique`);
    ids.add(block.id ?? '');
  }
  return ids;
}

function checkResults(turn: JoinedTurn, uses: ReadonlySet<string>): Set<string> {
  const answered = new Set<string>();
  let sawOther = false;
  for (const { block, path } of turn.blocks) {
    if (block.type !== 'tool_result') {
      sawOther = true;
      continue;
    }
    const id = block.tool_use_id ?? '';
    if (turn.role !== 'user') throw invalid(`${path}: \`tool_result\` blocks can only be in \`user\` messages`);
    if (!uses.has(id)) {
      throw invalid(
        `${path}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    }
    if (answered.has(id)) throw invalid(`${path}: each tool_use must have a single result. Found multiple for ${id}`);
    // A result behind other content is no answer: results stand first.
    if (!sawOther) answered.add(id);
  }
  return answered;
}

/** Every call is answered at the beginning of the turn that follows it, and nothing else is. */
function checkTools(turns: readonly JoinedTurn[]): void {
  for (const [at, turn] of turns.entries()) {
    const before = turns[at - 1];
    const uses = toolUses(before);
    const open = uses.difference(checkResults(turn, uses));
    if (before && open.size > 0) throw unanswered(before, open);
    if (turn.role === 'user' && turn.blocks.some(({ block }) => block.type === 'tool_use')) {
      throw invalid(`messages.${turn.index}: \`tool_use\` blocks can only be in \`assistant\` messages`);
    }
  }
  const last = turns.at(-1);
  const uses = toolUses(last);
  if (last && uses.size > 0) throw unanswered(last, uses);
}

function unanswered(turn: JoinedTurn, ids: ReadonlySet<string>) {
  return invalid(
    `messages.${turn.index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${[...ids].join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
}

function checkThinkingBlocks(turns: readonly JoinedTurn[], signer: ThinkingSigner): void {
  for (const { role, index, blocks } of turns) {
    for (const { block, path } of blocks.filter((each) => isThinking(each.block))) {
      if (role !== 'assistant') throw invalid(`${path}: \`thinking\` blocks can only be in \`assistant\` messages`);
      if (!isIssued(block, signer)) throw invalid(`${path}: Invalid \`signature\` in \`thinking\` block`);
    }
    const last = blocks.at(-1)?.block;
    if (role === 'assistant' && last && isThinking(last)) {
      throw invalid(`messages.${index}: The final block in an assistant message cannot be \`thinking\`.`);
    }
  }
}

function isIssued({ type, thinking = '', signature = '' }: Block, signer: ThinkingSigner): boolean {
  return type !== 'thinking' || signer.isOwn(thinking, signature);
}

/** With a thinking budget the model goes on with its thoughts after a tool's result, so they have to be there. */
function checkThoughtsAreBack(turns: readonly JoinedTurn[], body: MessagesBody): void {
  if (body.thinking?.type !== 'enabled') return;
  const last = turns.at(-1);
  if (!last?.blocks.some(({ block }) => block.type === 'tool_result')) return;
  const first = turns.at(-2)?.blocks[0];
  if (!first || isThinking(first.block)) return;
  throw invalid(
    `${first.path}.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first.block.type}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking`,
  );
}

/** Refuses a conversation that the model could not go on with. @throws AnthropicRefusal 400 */
export function checkConversation(body: MessagesBody, model: ClaudeModel, signer: ThinkingSigner): void {
  const { messages } = body;
  checkRoles(messages, model);
  checkTexts(messages);
  const turns = joined(messages);
  checkTools(turns);
  checkThinkingBlocks(turns, signer);
  checkThoughtsAreBack(turns, body);
}
