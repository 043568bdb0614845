import type { GeminiCandidate, GeminiPart, GenerateContentResponse } from '../../gemini/generate-content.types.js';
import type { ChatChunk, ChatDelta, ChunkChoice, FinishReason, Usage } from '../../openai/chat.types.js';
import { AnswerText } from './answer-text.js';
import { CallBuffer } from './call-buffer.js';
import { callPart, malformedCall, type WrittenCall } from './call-parts.js';
import type { AnswerShape } from './conversion.types.js';
import { toFinishReason } from './finish-reasons.js';
import { toLogprobsResult } from './logprobs-result.js';
import { toUsageMetadata } from './usage-metadata.js';

/** One candidate under way. */
interface CandidateState {
  readonly index: number;
  readonly text: AnswerText;
  readonly calls: CallBuffer;
  called: boolean;
  finish?: FinishReason;
  malformed?: WrittenCall;
}

/**
 * The pieces of a chat stream as those of generateContent. How the candidates ended is said only by end(), once the
 * whole answer is there: a stream that breaks has no piece that looks like its end.
 */
export class GeminiStream {
  private readonly states = new Map<number, CandidateState>();
  private usage: Usage | undefined;
  private id = '';

  constructor(
    /** The caller's own name for the model. */
    private readonly model: string,
    private readonly shape: AnswerShape,
  ) {}

  /** None, one or several pieces, each of one candidate. */
  push(chunk: ChatChunk): GenerateContentResponse[] {
    this.id ||= chunk.id;
    this.usage = chunk.usage ?? this.usage;
    return chunk.choices.flatMap((choice) => {
      const candidate = this.pushChoice(choice);
      return candidate ? [this.response([candidate])] : [];
    });
  }

  /** What was held back, the ends of all candidates, and the counts: one piece. */
  end(): GenerateContentResponse[] {
    const candidates = [...this.states.values()].toSorted((a, b) => a.index - b.index).map((state) => last(state));
    const usageMetadata = toUsageMetadata(this.usage);
    return [{ ...this.response(candidates), ...(usageMetadata && { usageMetadata }) }];
  }

  private pushChoice({ index, delta, logprobs, finish_reason: finish }: ChunkChoice): GeminiCandidate | undefined {
    const state = this.stateOf(index);
    if (finish) state.finish = finish;
    const parts = this.partsOf(delta, state);
    const logprobsResult = toLogprobsResult(logprobs);
    if (parts.length === 0 && !logprobsResult) return undefined;
    return { content: { parts, role: 'model' }, index, ...(logprobsResult && { logprobsResult }) };
  }

  private partsOf(delta: ChatDelta, state: CandidateState): GeminiPart[] {
    const parts: GeminiPart[] = [];
    if (this.shape.includeThoughts && delta.reasoning) parts.push({ text: delta.reasoning, thought: true });
    const text = state.text.push(delta.content || delta.refusal || '');
    if (text !== '') parts.push({ text });
    if (delta.tool_calls && !state.text.isStopped) parts.push(...callParts(state, state.calls.push(delta.tool_calls)));
    return parts;
  }

  private stateOf(index: number): CandidateState {
    let state = this.states.get(index);
    if (!state) {
      state = { index, text: new AnswerText(this.shape), calls: new CallBuffer(), called: false };
      this.states.set(index, state);
    }
    return state;
  }

  private response(candidates: GeminiCandidate[]): GenerateContentResponse {
    return { candidates, modelVersion: this.model, ...(this.id !== '' && { responseId: this.id }) };
  }
}

function callParts(state: CandidateState, calls: readonly WrittenCall[]): GeminiPart[] {
  return calls.flatMap((call) => {
    const part = callPart(call, !state.called);
    if (!part) {
      state.malformed ??= call;
      return [];
    }
    state.called = true;
    return [part];
  });
}

function last(state: CandidateState): GeminiCandidate {
  const parts: GeminiPart[] = [];
  const text = state.text.end();
  if (text !== '') parts.push({ text });
  const ending: Pick<GeminiCandidate, 'finishReason' | 'finishMessage'> = { finishReason: 'STOP' };
  if (!state.text.isStopped) {
    parts.push(...callParts(state, state.calls.end()));
    ending.finishReason = toFinishReason(state.finish ?? 'stop');
    // A call that the limit has cut is no call.
    if (state.malformed && ending.finishReason !== 'MAX_TOKENS') {
      ending.finishReason = 'MALFORMED_FUNCTION_CALL';
      ending.finishMessage = malformedCall(state.malformed);
    }
  }
  if (parts.length === 0) parts.push({ text: '' });
  return { content: { parts, role: 'model' }, index: state.index, ...ending };
}
