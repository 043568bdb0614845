/** Frames as Cerebras' recorded streams have them: absent keys are absent, not null. */
const HEAD = {
  id: 'chatcmpl-8645f4a2',
  created: 1_780_179_233,
  model: 'gpt-oss-120b',
  system_fingerprint: 'fp_46358675aa6b1ba4d98d',
};

/** A chunk with one choice. */
export function chunk(delta: object, rest: object = {}, finish?: string): object {
  const choice = finish === undefined ? { delta, index: 0 } : { delta, finish_reason: finish, index: 0 };
  return { ...HEAD, choices: [choice], object: 'chat.completion.chunk', ...rest };
}

/** The last chunk of a recorded stream: finish reason, usage and time in one. */
export function finishChunk(finish: string, prompt: number, completion: number, reasoning = 0): object {
  return chunk(
    {},
    { usage: usageOf(prompt, completion, reasoning), time_info: { created: 1_780_179_233.67, total_time: 0.0366 } },
    finish,
  );
}

/** The additional usage chunk that some third parties saw instead. */
export function usageChunk(prompt: number, completion: number): object {
  return { ...HEAD, choices: [], object: 'chat.completion.chunk', usage: usageOf(prompt, completion, 0) };
}

function usageOf(prompt: number, completion: number, reasoning: number): object {
  return {
    total_tokens: prompt + completion,
    completion_tokens: completion,
    completion_tokens_details: {
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
      reasoning_tokens: reasoning,
    },
    prompt_tokens: prompt,
    prompt_tokens_details: { cached_tokens: 0 },
  };
}

/** One frame as it goes over the wire. */
export function frame(data: object | '[DONE]'): string {
  return `data: ${data === '[DONE]' ? data : JSON.stringify(data)}\n\n`;
}

/** A whole stream of chunks, with its end. */
export function stream(...chunks: object[]): string[] {
  return [...chunks.map((each) => frame(each)), frame('[DONE]')];
}

/** A stream that breaks off: no `[DONE]` follows. */
export function brokenStream(...chunks: object[]): string[] {
  return chunks.map((each) => frame(each));
}
