const model = 'cerebras/llama-3.3-70b';
const prompt = 'The capital of France is';

/** Requests that the API page offers; each runs as it stands. */
export const COMPLETION_EXAMPLES = {
  'Capital of France': { model, prompt, max_tokens: 32, temperature: 0.7, top_p: 1, stop: ['\n'] },
  Stream: { model, prompt, max_tokens: 32, stream: true },
};

export const COMPLETION_STREAM = `data: {"id":"cmpl-1","object":"text_completion","created":1780179233,"model":"llama-3.3-70b","choices":[{"index":0,"text":" Paris.","logprobs":null,"finish_reason":null}]}

data: {"id":"cmpl-1","object":"text_completion","created":1780179233,"model":"llama-3.3-70b","choices":[{"text":"","index":0,"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}}

data: [DONE]
`;
