import { GatewayError } from '../../../../common/errors/gateway-error.js';
import { isRecord } from '../../../../common/json/is-record.js';
import type { InputMessage, MessagesRequest } from '../../../anthropic/messages.types.js';
import type { ChatRequest, ResponseFormat } from '../../../openai/chat.types.js';
import { addAssistantTurn } from './assistant-turn.js';
import { textOfBlocks } from './blocks.js';
import { Conversation, type Origin } from './conversation.js';
import { ConversionNotes } from './conversion-notes.js';
import { reasoningEffort } from './thinking.js';
import { convertTools } from './tools.js';
import { addUserTurn, type PlacedMessage } from './user-turn.js';

/** A Messages request in chat's terms. */
export interface MessagesToChat {
  readonly chat: ChatRequest;
  readonly notes: ConversionNotes;
  /** Stop sequences beyond what a chat request holds: the answer is searched for them here. */
  readonly moreStops: readonly string[];
  /** Of each chat message, where it comes from. */
  readonly origins: readonly Origin[];
  /** Of each chat tool, its place in the caller's list. */
  readonly toolPositions: readonly number[];
}

/** Most texts in a chat request's `stop`. */
const MAX_STOPS = 4;
/** Parameters that are converted, shared, or that only say how long a prompt is to be cached. */
const READ = new Set(
  (
    'model max_tokens messages system stop_sequences stream temperature top_p top_k tools tool_choice thinking ' +
    'output_config output_format metadata service_tier fallbacks cache_control'
  ).split(' '),
);
const READ_IN = {
  metadata: new Set(['user_id']),
  output_config: new Set(['effort', 'format']),
  thinking: new Set(['type', 'budget_tokens', 'display']),
} as const;

/** The chat request that a Messages request means (wire.md 4.7). @throws GatewayError 400 that names the caller's field */
export function messagesToChat(request: MessagesRequest): MessagesToChat {
  refuseThread(request);
  const notes = new ConversionNotes();
  notes.unsentKeys(request, READ, '');
  for (const [name, keys] of Object.entries(READ_IN)) {
    const value = request[name];
    if (isRecord(value)) notes.unsentKeys(value, keys, `${name}.`);
  }
  const conversation = converse(request, notes);
  const { parameters, positions } = convertTools(request, notes);
  const chat: ChatRequest = { model: request.model, messages: conversation.messages, ...parameters };
  chat.max_completion_tokens = request.max_tokens;
  addShared(request, chat);
  const effort = reasoningEffort(request, notes);
  if (effort !== undefined) chat.reasoning_effort = effort;
  const format = responseFormat(request);
  if (format) chat.response_format = format;
  const stops = (request.stop_sequences ?? []).filter((stop) => stop !== '');
  if (stops.length > 0) chat.stop = stops.slice(0, MAX_STOPS);
  return {
    chat,
    notes,
    moreStops: stops.slice(MAX_STOPS),
    origins: conversation.origins,
    toolPositions: positions,
  };
}

/**
 * A conversation that Anthropic's servers hold: only the newest messages are in the request, so nobody else can answer.
 * In these words Anthropic's SDKs understand it, and send the whole conversation; their tool runners begin so.
 */
function refuseThread({ thread }: MessagesRequest): void {
  if (thread === undefined || thread === null) return;
  throw new GatewayError(
    'unsupported_parameter',
    "Unsupported parameter: 'thread'. This model's provider holds no conversations: send all messages, without 'thread'.",
    { param: 'thread', details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] } },
  );
}

/** What has the same name in chat, or only another. `top_k` is no part of chat, but some of its upstreams take it. */
function addShared(request: MessagesRequest, chat: Record<string, unknown>): void {
  for (const name of ['temperature', 'top_p', 'top_k', 'stream']) {
    const value = request[name];
    if (value !== undefined && value !== null) chat[name] = value;
  }
  const user = request.metadata?.user_id;
  if (typeof user === 'string') chat.user = user;
  // `auto` is what an upstream does when nothing is said.
  if (request.service_tier === 'standard_only') chat.service_tier = 'default';
}

/** `output_config.format`, or `output_format` as it was called in beta. */
function responseFormat({ output_config: config, output_format: old }: MessagesRequest): ResponseFormat | undefined {
  const format = config?.format ?? old;
  if (!isRecord(format) || format.type !== 'json_schema') return undefined;
  return { type: 'json_schema', json_schema: { name: 'output', strict: true, schema: format.schema } };
}

function converse({ system, messages }: MessagesRequest, notes: ConversionNotes): Conversation {
  const conversation = new Conversation();
  conversation.addSystem(textOfBlocks(system, '\n\n'), 'system');
  for (const turn of turnsOf(messages)) addTurn(turn, conversation, notes);
  conversation.release();
  if (conversation.messages.some(({ role }) => role !== 'system')) return conversation;
  throw new GatewayError('invalid_value', "Invalid value for 'messages': no message has any content.", {
    param: 'messages',
  });
}

/** Messages of one role that follow each other are one turn, as Anthropic has it. */
function turnsOf(messages: readonly InputMessage[]): PlacedMessage[][] {
  const turns: PlacedMessage[][] = [];
  for (const [i, message] of messages.entries()) {
    const placed = { message, path: `messages[${i}]` };
    const last = turns.at(-1);
    if (last?.[0]?.message.role === message.role) last.push(placed);
    else turns.push([placed]);
  }
  return turns;
}

function addTurn(turn: readonly PlacedMessage[], conversation: Conversation, notes: ConversionNotes): void {
  switch (turn[0]?.message.role) {
    case 'assistant':
      return addAssistantTurn(turn, conversation, notes);
    case 'system':
      return addSystemTurn(turn, conversation, notes);
    default:
      addUserTurn(turn, conversation, notes);
  }
}

function addSystemTurn(turn: readonly PlacedMessage[], conversation: Conversation, notes: ConversionNotes): void {
  for (const { message, path } of turn) {
    const { content } = message;
    // Blocks that change the tools in the middle of a conversation.
    for (const { type } of typeof content === 'string' ? [] : content) {
      if (type !== 'text') notes.unsent.add(`messages.content.${type}`);
    }
    conversation.addSystem(textOfBlocks(content, '\n\n'), path);
  }
}
