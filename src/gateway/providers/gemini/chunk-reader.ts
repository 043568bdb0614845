import { isRecord } from '../../../common/json/is-record.js';
import { textOr } from '../../../common/json/text.js';
import type { ChatChunk, ChatDelta, ChunkChoice, FinishReason, Usage } from '../../openai/chat.types.js';
import { ToolCallIds } from '../../openai/tool-call-ids.js';
import { extraContent, type ReadCall, type ReadParts, readParts } from './candidate-parts.js';
import { type AnswerNames, assertNotBlocked, createdOf, idOf } from './completion.js';
import { readFinishReason } from './finish-reason.js';
import { readLogprobs } from './logprobs.js';
import { readUsage } from './usage.js';

interface CandidateState {
  readonly index: number;
  readonly ids: ToolCallIds;
  opened: boolean;
  calls: number;
  finish?: FinishReason;
}

type ChunkHead = Pick<ChatChunk, 'id' | 'object' | 'created' | 'model'>;

/**
 * Turns the pieces of a generateContent stream into the chunks that ChatChunk promises. The chunks that finish choices
 * are held back until close(), so that the usage goes out with the last one.
 */
export class ChunkReader {
  private readonly states = new Map<number, CandidateState>();
  private head: ChunkHead | undefined;
  usage: Usage | undefined;
  finishReason: FinishReason | undefined;

  constructor(
    private readonly names: AnswerNames,
    /** How many candidates were asked for. */
    private readonly expected: number,
  ) {}

  /** Whether a piece of answer has been read. */
  get hasBegun(): boolean {
    return this.states.size > 0;
  }

  /** Whether every candidate that was asked for, and every other that began, has its finish reason. */
  get isFinished(): boolean {
    const states = [...this.states.values()];
    return states.length >= this.expected && states.every(({ finish }) => finish !== undefined);
  }

  /** @throws GatewayError when the prompt was blocked, or a candidate ended in a failure */
  push(source: Record<string, unknown>): ChatChunk[] {
    assertNotBlocked(source, this.names.provider);
    this.head ??= this.readHead(source);
    this.usage = readUsage(source.usageMetadata) ?? this.usage;
    const { head } = this;
    const choices: ChunkChoice[] = [];
    for (const candidate of Array.isArray(source.candidates) ? source.candidates : []) {
      if (isRecord(candidate)) this.pushCandidate(candidate, choices);
    }
    return choices.map((choice) => ({ ...head, choices: [choice] }));
  }

  /** The ends of all choices, the usage on the last. */
  close(): ChatChunk[] {
    const head = this.head ?? this.readHead({});
    const chunks = [...this.states.values()].map(({ index, finish = 'stop' }): ChatChunk => ({
      ...head,
      choices: [{ index, delta: {}, logprobs: null, finish_reason: finish }],
    }));
    const last = chunks.at(-1);
    if (last && this.usage) last.usage = this.usage;
    return chunks;
  }

  private pushCandidate(source: Record<string, unknown>, out: ChunkChoice[]): void {
    const state = this.stateOf(typeof source.index === 'number' ? source.index : 0);
    const parts = readParts(source.content, state.ids);
    const delta = deltaOf(parts, state);
    const logprobs = readLogprobs(source.logprobsResult);
    const says = Object.keys(delta).length > 0 || logprobs !== null;
    const finish = textOr(source.finishReason, NO_FINISH);
    if (says || finish !== NO_FINISH) open(state, parts.content !== '' || !says ? '' : null, out);
    if (says) out.push({ index: state.index, delta, logprobs, finish_reason: null });
    if (finish === NO_FINISH) return;
    state.finish = readFinishReason(finish, state.calls > 0, this.names.provider);
    this.finishReason ??= state.finish;
  }

  private stateOf(index: number): CandidateState {
    let state = this.states.get(index);
    if (!state) {
      state = { index, ids: new ToolCallIds(), opened: false, calls: 0 };
      this.states.set(index, state);
    }
    return state;
  }

  private readHead(source: Record<string, unknown>): ChunkHead {
    const { answerModel, model } = this.names;
    return {
      id: idOf(source),
      object: 'chat.completion.chunk',
      created: createdOf(source),
      model: answerModel ?? textOr(source.modelVersion, model),
    };
  }
}

const NO_FINISH = 'FINISH_REASON_UNSPECIFIED';

/** The first delta of a choice. Null before calls: a client that adds up the deltas must not get an empty text. */
function open(state: CandidateState, content: '' | null, out: ChunkChoice[]): void {
  if (state.opened) return;
  state.opened = true;
  out.push({ index: state.index, delta: { role: 'assistant', content }, logprobs: null, finish_reason: null });
}

function deltaOf({ content, reasoning, calls, images, signature }: ReadParts, state: CandidateState): ChatDelta {
  const delta: ChatDelta = {};
  if (content !== '') delta.content = content;
  if (reasoning !== '') delta.reasoning = delta.reasoning_content = reasoning;
  if (images.length > 0) delta.images = images.map((url) => ({ type: 'image_url', image_url: { url } }));
  if (calls.length > 0) delta.tool_calls = calls.map((call) => toolCall(call, state.calls++));
  return Object.assign(delta, extraContent(signature));
}

function toolCall({ id, name, arguments: text, signature }: ReadCall, index: number) {
  return { index, id, type: 'function' as const, function: { name, arguments: text }, ...extraContent(signature) };
}
