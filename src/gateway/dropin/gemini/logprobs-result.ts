import type { LogprobsCandidate, LogprobsResult } from '../../gemini/generate-content.types.js';
import type { ChatLogprobs } from '../../openai/chat.types.js';

/** Chat's log probabilities as Gemini's; undefined without any. */
export function toLogprobsResult(logprobs: ChatLogprobs | null | undefined): LogprobsResult | undefined {
  const tokens = logprobs?.content;
  if (!tokens || tokens.length === 0) return undefined;
  return {
    chosenCandidates: tokens.map(candidate),
    topCandidates: tokens.map(({ top_logprobs: top }) => ({ candidates: top.map(candidate) })),
  };
}

function candidate({ token, logprob }: { token: string; logprob: number }): LogprobsCandidate {
  return { token, logProbability: logprob };
}
