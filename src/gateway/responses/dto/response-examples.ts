const model = 'cerebras/gpt-oss-120b';

/** Requests that the API page offers; each runs as it stands. */
export const RESPONSE_EXAMPLES = {
  Question: { model, input: 'Why is the sky blue?', reasoning: { effort: 'low' } },
  Stream: { model, input: 'Why is the sky blue?', stream: true },
  Tools: {
    model,
    input: 'What is the weather in Paris?',
    tools: [
      {
        type: 'function',
        name: 'get_weather',
        description: 'Current weather of a city.',
        parameters: {
          type: 'object',
          properties: { city: { type: 'string' } },
          required: ['city'],
          additionalProperties: false,
        },
        strict: true,
      },
    ],
  },
};

export const RESPONSE_STREAM = `event: response.created
data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress"}}

event: response.output_text.delta
data: {"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Light","logprobs":[]}

event: response.completed
data: {"type":"response.completed","sequence_number":9,"response":{"id":"resp_1","object":"response","status":"completed"}}
`;
