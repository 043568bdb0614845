import type { GeminiCandidate, GeminiPart, GenerateContentResponse } from '../../gemini/generate-content.types.js';
import type { ChatChoice, ChatCompletion } from '../../openai/chat.types.js';
import { AnswerText } from './answer-text.js';
import { callPart, malformedCall } from './call-parts.js';
import type { AnswerShape } from './conversion.types.js';
import { toFinishReason } from './finish-reasons.js';
import { toLogprobsResult } from './logprobs-result.js';
import { toUsageMetadata } from './usage-metadata.js';

/** A whole chat answer as generateContent's. `model` is the caller's own name for the model. */
export function fromChat(completion: ChatCompletion, model: string, shape: AnswerShape): GenerateContentResponse {
  const usageMetadata = toUsageMetadata(completion.usage);
  return {
    candidates: completion.choices.map((choice) => toCandidate(choice, shape)),
    ...(usageMetadata && { usageMetadata }),
    modelVersion: model,
    ...(completion.id !== '' && { responseId: completion.id }),
  };
}

function toCandidate({ message, index, finish_reason, logprobs }: ChatChoice, shape: AnswerShape): GeminiCandidate {
  const parts: GeminiPart[] = [];
  if (shape.includeThoughts && message.reasoning) parts.push({ text: message.reasoning, thought: true });
  const text = new AnswerText(shape);
  const said = text.push(message.content ?? message.refusal ?? '') + text.end();
  if (said !== '') parts.push({ text: said });
  const candidate: GeminiCandidate = { content: { parts, role: 'model' }, finishReason: 'STOP', index };
  if (!text.isStopped) {
    candidate.finishReason = toFinishReason(finish_reason);
    addCalls(message, parts, candidate);
  }
  const result = toLogprobsResult(logprobs);
  if (result) {
    candidate.logprobsResult = result;
    const values = (result.chosenCandidates ?? []).map(({ logProbability = 0 }) => logProbability);
    candidate.avgLogprobs = values.reduce((sum, value) => sum + value, 0) / values.length;
  }
  // The API's own empty answers have one empty text.
  if (parts.length === 0) parts.push({ text: '' });
  return candidate;
}

function addCalls(message: ChatChoice['message'], parts: GeminiPart[], candidate: GeminiCandidate): void {
  for (const [i, { id, function: called }] of (message.tool_calls ?? []).entries()) {
    const call = { id, ...called };
    const part = callPart(call, i === 0);
    if (part) {
      parts.push(part);
      continue;
    }
    // A call that the limit has cut is no call.
    if (candidate.finishReason === 'MAX_TOKENS') continue;
    candidate.finishReason = 'MALFORMED_FUNCTION_CALL';
    candidate.finishMessage = malformedCall(call);
  }
}
