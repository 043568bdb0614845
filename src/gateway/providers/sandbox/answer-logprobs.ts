/** Synthetic but stable: a token's probability depends on nothing but the token. */
function logprobOf(token: string): number {
  let sum = 0;
  for (let index = 0; index < token.length; index++) sum += token.charCodeAt(index);
  return -(((sum % 97) + 1) / 128);
}

function entry(token: string, logprob: number) {
  return { token, logprob, bytes: [...Buffer.from(token)] };
}

/** The candidates at one place: the token that was taken, and less likely ones. */
function candidates(token: string, count: number): Array<[string, number]> {
  const best = logprobOf(token);
  const others = [' the', ' a', ' and', ' of', ' to', ' in', ' is', ' it', ',', '.'].filter((other) => other !== token);
  const more: Array<[string, number]> = Array.from({ length: Math.max(0, count - 1) }, (_, index) => [
    others[index] ?? `<|${index}|>`,
    best - 1 - index * 0.25,
  ]);
  return [[token, best] as [string, number], ...more].slice(0, count);
}

/** `logprobs` of a chat choice for these tokens. */
export function chatLogprobs(tokens: readonly string[], top: number): object {
  return {
    content: tokens.map((token) => ({
      ...entry(token, logprobOf(token)),
      top_logprobs: candidates(token, top).map(([other, logprob]) => entry(other, logprob)),
    })),
  };
}

/** `logprobs` of a legacy completion choice: four parallel lists. */
export function completionLogprobs(tokens: readonly string[], top: number, offset: number): object {
  let at = offset;
  const offsets = tokens.map((token) => {
    const start = at;
    at += token.length;
    return start;
  });
  return {
    text_offset: offsets,
    token_logprobs: tokens.map(logprobOf),
    tokens,
    top_logprobs: tokens.map((token) => Object.fromEntries(candidates(token, top))),
  };
}
