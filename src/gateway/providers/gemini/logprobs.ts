import { isRecord } from '../../../common/json/is-record.js';
import type { ChatLogprobs } from '../../openai/chat.types.js';

/** Gemini's log probabilities as OpenAI's; null without any. */
export function readLogprobs(result: unknown): ChatLogprobs | null {
  if (!isRecord(result) || !Array.isArray(result.chosenCandidates)) return null;
  const top: unknown[] = Array.isArray(result.topCandidates) ? result.topCandidates : [];
  const content = result.chosenCandidates.map((chosen: unknown, i) => {
    const beside = top[i];
    const others = isRecord(beside) && Array.isArray(beside.candidates) ? beside.candidates : [];
    return { ...tokenOf(chosen), top_logprobs: others.map(tokenOf) };
  });
  return { content, refusal: null };
}

function tokenOf(value: unknown): { token: string; logprob: number; bytes: number[] } {
  const source = isRecord(value) ? value : {};
  const token = typeof source.token === 'string' ? source.token : '';
  const logprob = typeof source.logProbability === 'number' ? source.logProbability : 0;
  return { token, logprob, bytes: [...Buffer.from(token)] };
}
