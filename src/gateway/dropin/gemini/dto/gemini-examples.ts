const HELLO = [{ role: 'user', parts: [{ text: 'Say: hello' }] }];
const WEATHER = {
  name: 'get_weather',
  description: 'The weather of a city now',
  parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } }, required: ['city'] },
};

/** Requests that run from the page, with the model that the path names. */
export const GEMINI_EXAMPLES: Readonly<Record<string, object>> = {
  'A short answer': { contents: HELLO, generationConfig: { maxOutputTokens: 200 } },
  'With thoughts': {
    contents: [{ role: 'user', parts: [{ text: 'Why is the sky blue?' }] }],
    systemInstruction: { parts: [{ text: 'Answer in one sentence.' }] },
    generationConfig: { thinkingConfig: { includeThoughts: true, thinkingLevel: 'LOW' } },
  },
  'A function call': {
    contents: [{ role: 'user', parts: [{ text: 'What is the weather in Paris?' }] }],
    tools: [{ functionDeclarations: [WEATHER] }],
  },
  'Structured output': {
    contents: [{ role: 'user', parts: [{ text: 'Name two cities.' }] }],
    generationConfig: {
      responseMimeType: 'application/json',
      responseSchema: { type: 'ARRAY', items: { type: 'STRING' } },
    },
  },
};

export const GEMINI_STREAM =
  'data: {"candidates":[{"content":{"parts":[{"text":"Hello"}],"role":"model"},"index":0}],"modelVersion":"cerebras/gpt-oss-120b"}\n\n' +
  'data: {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"index":0,"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":2,"totalTokenCount":11},"modelVersion":"cerebras/gpt-oss-120b"}\n\n';
