import { canonicalCountRequest, canonicalRequest } from './canonical-names.js';

describe('The canonical names of a generateContent body', () => {
  it('reads snake_case wherever the API has a name of its own', () => {
    const body = {
      system_instruction: { parts: [{ text: 'a' }] },
      contents: [{ parts: [{ inline_data: { mime_type: 'image/png', data: 'x' }, thought_signature: 's' }] }],
      tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: ['f'] } },
      generation_config: { max_output_tokens: 1, thinking_config: { include_thoughts: true } },
    };
    expect(canonicalRequest(body)).toEqual({
      systemInstruction: { parts: [{ text: 'a' }] },
      contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: 'x' }, thoughtSignature: 's' }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      generationConfig: { maxOutputTokens: 1, thinkingConfig: { includeThoughts: true } },
    });
  });

  it('leaves what is not the API’s own as it is: arguments, responses, schemas, unknown fields', () => {
    const call = { function_call: { name: 'get_it', args: { inline_data: 1, max_output_tokens: 2 } } };
    const answer = { function_response: { name: 'get_it', response: { function_call: 3 } } };
    const declaration = { name: 'get_it', parameters: { properties: { function_call: { type: 'STRING' } } } };
    const read = canonicalRequest({
      contents: [{ parts: [call, answer] }],
      tools: [{ function_declarations: [declaration] }],
      some_thing: { inline_data: 1 },
    });
    expect(read).toEqual({
      contents: [{ parts: [{ functionCall: call.function_call }, { functionResponse: answer.function_response }] }],
      tools: [{ functionDeclarations: [declaration] }],
      some_thing: { inline_data: 1 },
    });
  });

  it('takes one message for a list of one', () => {
    expect(
      canonicalRequest({ contents: { parts: { text: 'a' } }, tools: { functionDeclarations: { name: 'f' } } }),
    ).toEqual({
      contents: [{ parts: [{ text: 'a' }] }],
      tools: [{ functionDeclarations: [{ name: 'f' }] }],
    });
  });

  it('does not copy a body that has nothing to change', () => {
    const body = { contents: [{ role: 'user', parts: [{ text: 'a' }] }], generationConfig: { topK: 3 } };
    expect(canonicalRequest(body)).toBe(body);
  });

  it('does not change what it was given', () => {
    const body = { generation_config: { top_k: 3 } };
    canonicalRequest(body);
    expect(body).toEqual({ generation_config: { top_k: 3 } });
  });

  it('refuses a field that stands there under both names', () => {
    const body = { generationConfig: { topK: 1, top_k: 2 } };
    expect(() => canonicalRequest(body)).toThrow(
      expect.objectContaining({ param: 'generationConfig.topK', status: 400 }),
    );
  });

  it('reads the request inside countTokens', () => {
    const body = { generate_content_request: { contents: { parts: { text: 'a' } } } };
    expect(canonicalCountRequest(body)).toEqual({ generateContentRequest: { contents: [{ parts: [{ text: 'a' }] }] } });
  });

  it('knows no field by the name of an object’s own members', () => {
    const body = JSON.parse('{"constructor":1,"to_string":2,"contents":[]}') as Record<string, unknown>;
    expect(canonicalRequest(body)).toEqual(body);
  });
});
