import { isRecord } from '../../../common/json/is-record.js';
import { textOr } from '../../../common/json/text.js';
import type { ChatChunk, ChatDelta, ChunkChoice, FinishReason, ToolCallDelta, Usage } from '../../openai/chat.types.js';
import { normaliseFinishReason } from '../../openai/finish-reason.js';
import { normaliseLogprobs, numberOr, queueTimeOf, type NormaliserOptions } from './completion-normaliser.js';
import { readContent } from './content-reader.js';
import { ContentRepeats } from './content-repeats.js';
import { assertNotFailed } from './failed-finish.js';
import { ThinkSplitter } from './think-splitter.js';
import { usageOf } from './usage-reader.js';
import { ToolCallStream } from './tool-call-stream.js';

interface ChoiceState {
  index: number;
  opened: boolean;
  hasContent: boolean;
  tools: ToolCallStream;
  finish: FinishReason | undefined;
  /** Where reasoning comes between tags in the content. */
  think: ThinkSplitter | undefined;
}

interface ChunkHead {
  id: string;
  object: 'chat.completion.chunk';
  created: number;
  model: string;
}

/**
 * Turns the chunks of an OpenAI-compatible upstream into those that ChatChunk promises (wire.md 2.3).
 * The chunk that finishes a choice is held back until close(), so that usage, wherever the upstream puts it,
 * goes out with the last one.
 */
export class ChunkNormaliser {
  private readonly states = new Map<number, ChoiceState>();
  private head: ChunkHead | undefined;
  /** Choices that finished and are not out yet, and what stood beside them at the top level. */
  private held: ChunkChoice[] = [];
  private extras: Record<string, unknown> = {};
  private finished = 0;
  private readonly repeats = new ContentRepeats();
  usage: Usage | undefined;
  /** Whether the usage came with the last finish reason or after it: an earlier one counts only what was there then. */
  hasFinalUsage = false;
  finishReason: FinishReason | undefined;

  constructor(
    private readonly options: NormaliserOptions,
    /** How many choices were asked for. */
    private readonly expected = 1,
  ) {}

  get queueTime(): number | undefined {
    return queueTimeOf(this.extras.time_info);
  }

  /** Whether every choice that was asked for has its finish reason. */
  get isFinished(): boolean {
    return this.finished > 0 && this.finished >= Math.max(this.expected, this.states.size);
  }

  /** Whether some choice began and has no finish reason. */
  get hasOpenChoice(): boolean {
    return this.states.size > this.finished || this.states.size === 0;
  }

  /**
   * One chunk of the upstream as any number of the gateway's, each with one choice: some clients
   * read only `choices[0]`.
   */
  push(source: Record<string, unknown>, data?: string): ChatChunk[] {
    this.head ??= this.readHead(source);
    const usage = usageOf(source, this.options.answers);
    const choices: ChunkChoice[] = [];
    if (Array.isArray(source.choices)) {
      for (const choice of source.choices) if (isRecord(choice)) this.pushChoice(choice, choices);
    }
    if (usage) this.noteUsage(usage);
    const extras = extrasOf(source);
    // Kept for the closing chunk: `time_info` of Cerebras stands on the finish chunk.
    if (choices.length === 0) Object.assign(this.extras, extras);
    const { head } = this;
    if (data !== undefined) this.compare(source, data, choices, { ...head, ...extras });
    return choices.map((choice) => ({ ...head, ...extras, choices: [choice] }));
  }

  /** A chunk that is like the last one but for its text; undefined for one that has to be read. */
  repeat(data: string): ChatChunk | undefined {
    return this.repeats.read(data);
  }

  /**
   * The end of the answer: the finish reasons that were held back, with the usage on the last.
   * A choice that is still open is closed here only when the upstream itself marked the end (`[DONE]`).
   */
  close(): ChatChunk[] {
    const head = this.head ?? this.readHead({});
    for (const state of this.states.values()) {
      if (state.finish !== undefined) continue;
      this.flush(state, this.held);
      this.finish(state, null);
    }
    const chunks = this.held.map((choice): ChatChunk => ({ ...head, ...this.extras, choices: [choice] }));
    this.held = [];
    const last = chunks.at(-1);
    if (last && this.usage) last.usage = this.usage;
    return chunks;
  }

  /** Notes what the next chunks may have in common with this one. */
  private compare(
    source: Record<string, unknown>,
    data: string,
    choices: readonly ChunkChoice[],
    base: Omit<ChatChunk, 'choices'>,
  ): void {
    this.repeats.forget();
    if (this.finished === 0 && !this.options.answers?.thinkTags) this.repeats.learn(source, data, choices, base);
  }

  private noteUsage(usage: Usage): void {
    this.usage = usage;
    this.hasFinalUsage = this.isFinished;
  }

  private pushChoice(choice: Record<string, unknown>, out: ChunkChoice[]): void {
    const state = this.stateOf(numberOr(choice.index, 0));
    if (state.finish !== undefined) return;
    if (choice.finish_reason) assertNotFailed(choice.finish_reason);
    const delta = this.readDelta(isRecord(choice.delta) ? choice.delta : {}, state, Boolean(choice.finish_reason));
    const logprobs = normaliseLogprobs(choice.logprobs);
    const says = Object.keys(delta).length > 0 || logprobs !== null;
    if (says || choice.finish_reason) this.open(state, says, out);
    if (says) out.push({ index: state.index, delta, logprobs, finish_reason: null });
    if (choice.finish_reason) this.finish(state, choice.finish_reason);
  }

  /** The first delta of a choice, which says its role: openai-node throws without one. */
  private open(state: ChoiceState, says: boolean, out: ChunkChoice[]): void {
    if (state.opened) return;
    state.opened = true;
    // Null as OpenAI has it before tool calls: a client that adds up the deltas must not get an empty text.
    const content = state.hasContent || !says ? '' : null;
    out.push({ index: state.index, delta: { role: 'assistant', content }, logprobs: null, finish_reason: null });
  }

  /** What was held back for a tag that did not come. */
  private flush(state: ChoiceState, out: ChunkChoice[]): void {
    const { text = '', thought = '' } = state.think?.end() ?? {};
    if (text === '' && thought === '') return;
    this.open(state, true, out);
    const delta = text === '' ? { reasoning: thought, reasoning_content: thought } : { content: text };
    out.push({ index: state.index, delta, logprobs: null, finish_reason: null });
  }

  private finish(state: ChoiceState, reason: unknown): void {
    const dropped = this.options.jsonFormat && state.hasContent && reason === 'tool_calls';
    state.finish = dropped ? 'stop' : normaliseFinishReason(reason, !state.tools.isEmpty);
    this.finishReason ??= state.finish;
    this.finished++;
    this.held.push({ index: state.index, delta: {}, logprobs: null, finish_reason: state.finish });
  }

  /** The delta without what OpenAI does not have in it; empty when nothing is left to say. */
  private readDelta(source: Record<string, unknown>, state: ChoiceState, isLast: boolean): ChatDelta {
    const delta: ChatDelta = {};
    const { content } = source;
    let thought: string | undefined;
    // Nearly each delta of nearly each upstream: nothing is made for it.
    let text = typeof content === 'string' ? content : undefined;
    if (state.think || Array.isArray(content)) ({ text, thought } = splitContent(content, state.think, isLast));
    if (text) {
      delta.content = text;
      state.hasContent = true;
    }
    const reasoning = source.reasoning ?? source.reasoning_content ?? thought;
    if (isText(reasoning)) delta.reasoning = delta.reasoning_content = reasoning;
    if (isText(source.refusal)) delta.refusal = source.refusal;
    const calls = this.readToolCalls(source.tool_calls, state);
    if (calls.length > 0) delta.tool_calls = calls;
    return delta;
  }

  private readToolCalls(calls: unknown, state: ChoiceState): ToolCallDelta[] {
    if (!Array.isArray(calls) || (this.options.jsonFormat && state.hasContent)) return [];
    return state.tools.push(calls);
  }

  private stateOf(index: number): ChoiceState {
    let state = this.states.get(index);
    if (!state) {
      const think = this.options.answers?.thinkTags ? new ThinkSplitter() : undefined;
      state = { index, opened: false, hasContent: false, tools: new ToolCallStream(), finish: undefined, think };
      this.states.set(index, state);
    }
    return state;
  }

  private readHead(source: Record<string, unknown>): ChunkHead {
    return {
      id: textOr(source.id, ''),
      object: 'chat.completion.chunk',
      created: numberOr(source.created, 0),
      model: this.options.answerModel ?? textOr(source.model, this.options.model),
    };
  }
}

/** A delta's content with the reasoning taken out; with the last one, also what may no longer become a tag. */
function splitContent(content: unknown, think: ThinkSplitter | undefined, isLast: boolean) {
  const read = readContent(content);
  if (!think) return read;
  const { text, thought } = think.push(read.text ?? '');
  const rest = isLast ? think.end() : { text: '', thought: '' };
  return { text: text + rest.text, thought: thought + rest.thought || read.thought };
}

/** What an upstream sends beside OpenAI's keys, `system_fingerprint` among it. */
function extrasOf(source: Record<string, unknown>): Record<string, unknown> {
  const {
    id: _id,
    object: _object,
    created: _created,
    model: _model,
    choices: _choices,
    usage: _usage,
    ...extras
  } = source;
  return extras;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
