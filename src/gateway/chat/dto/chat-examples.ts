const model = 'cerebras/llama-3.3-70b';
const question = [{ role: 'user', content: 'What is the weather in Paris?' }];

/** Requests that the API page offers; each runs as it stands. */
export const CHAT_EXAMPLES = {
  Hello: { model, messages: [{ role: 'user', content: 'Hello' }] },
  Stream: {
    model: 'cerebras/gpt-oss-120b',
    messages: [{ role: 'user', content: 'Explain back-pressure in two sentences.' }],
    stream: true,
    stream_options: { include_usage: true },
  },
  Tools: {
    model: 'cerebras/gpt-oss-120b',
    messages: question,
    tools: [
      {
        type: 'function',
        function: {
          name: 'get_weather',
          description: 'Current weather of a city.',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      },
    ],
    tool_choice: 'auto',
  },
  'Structured output': {
    model: 'cerebras/gpt-oss-120b',
    messages: [{ role: 'user', content: 'Ada Lovelace was born in 1815.' }],
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'person',
        strict: true,
        schema: {
          type: 'object',
          properties: { name: { type: 'string' }, born: { type: 'integer' } },
          required: ['name', 'born'],
          additionalProperties: false,
        },
      },
    },
  },
};

export const CHAT_STREAM = `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1780179233,"model":"gpt-oss-120b","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1780179233,"model":"gpt-oss-120b","choices":[{"index":0,"delta":{"content":"Hello."},"logprobs":null,"finish_reason":null}]}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1780179233,"model":"gpt-oss-120b","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}

data: [DONE]
`;
