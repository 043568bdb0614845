const model = 'cerebras/gpt-oss-120b';
const max_tokens = 1024;
const weather = {
  name: 'get_weather',
  description: 'Current weather of a city.',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const question = { role: 'user', content: 'What is the weather in Paris?' };

/** Requests that the API page offers; each runs as it stands. */
export const MESSAGE_EXAMPLES = {
  Hello: { model, max_tokens, messages: [{ role: 'user', content: 'Hello' }] },
  Stream: {
    model,
    max_tokens,
    system: 'Answer in two sentences.',
    messages: [{ role: 'user', content: 'Explain back-pressure.' }],
    stream: true,
  },
  Tools: { model, max_tokens, messages: [question], tools: [weather], tool_choice: { type: 'auto' } },
  'Result of a tool': {
    model,
    max_tokens,
    tools: [weather],
    messages: [
      question,
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'toolu_01', name: 'get_weather', input: { city: 'Paris' } }],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_01', content: '17 degrees, sunny' }] },
    ],
  },
  Thinking: {
    model,
    max_tokens: 8192,
    thinking: { type: 'enabled', budget_tokens: 4096 },
    messages: [{ role: 'user', content: 'Is 1009 a prime number?' }],
  },
};

export const COUNT_EXAMPLES = {
  Hello: { summary: 'Hello', value: { model, messages: [{ role: 'user', content: 'Hello' }] } },
  Tools: { summary: 'Tools', value: { model, messages: [question], tools: [weather] } },
};

export const MESSAGE_STREAM = `event: message_start
data: {"type":"message_start","message":{"id":"msg_01","type":"message","role":"assistant","model":"cerebras/gpt-oss-120b","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":12,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}}}

event: ping
data: {"type":"ping"}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello."}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":9,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":2}}

event: message_stop
data: {"type":"message_stop"}
`;
