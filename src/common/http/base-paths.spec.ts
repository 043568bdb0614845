import { dialectOf, withoutBase } from './base-paths.js';

describe('The base of a request', () => {
  it.each([
    ['/openai/v1/chat/completions', '/v1/chat/completions'],
    ['/openai/chat/completions?x=1', '/v1/chat/completions?x=1'],
    ['/openai/models/cerebras/gpt-oss-120b', '/v1/models/cerebras/gpt-oss-120b'],
    ['/langchain/v1/responses', '/v1/responses'],
    ['/litellm/embeddings', '/v1/embeddings'],
    ['/litellm/v1/models', '/v1/models'],
    ['/litellm/anthropic/v1/messages', '/v1/messages'],
    ['/anthropic/v1/messages?beta=true', '/v1/messages?beta=true'],
    ['/anthropic/v1/messages/count_tokens', '/v1/messages/count_tokens'],
    ['/anthropic/messages', '/v1/messages'],
    ['/genai/v1beta/models/gemini-2.5-flash:generateContent', '/v1beta/generateContent/gemini-2.5-flash'],
    ['/genai/v1/models/models/a%2Fb:countTokens?key=x', '/v1beta/countTokens/models/a%2Fb?key=x'],
    ['/v1beta/models/a/b:c%3AstreamGenerateContent?alt=sse', '/v1beta/streamGenerateContent/a/b:c?alt=sse'],
    ['/v1beta/cerebras/x:generateContent', '/v1beta/generateContent/cerebras/x'],
    ['/genai/v1alpha/models', '/v1beta/models'],
    ['/v1/models/x:generateContent', '/v1/models/x:generateContent'],
    ['/v1/chat/completions', '/v1/chat/completions'],
    ['/v1/models/openai/gpt-4o', '/v1/models/openai/gpt-4o'],
    ['/healthz', '/healthz'],
    ['/openai', '/openai'],
    ['/openai/', '/'],
    ['/openai/docs', '/docs'],
  ])('%s is %s', (written, path) => {
    expect(withoutBase(written)).toBe(path);
  });

  it.each([
    ['/v1/chat/completions', 'openai'],
    ['/v1/messages?beta=true', 'anthropic'],
    ['/anthropic/v1/nothing', 'anthropic'],
    ['/openai/v1/messages', 'anthropic'],
    ['/genai/v1beta/models', 'gemini'],
    ['/genai/nothing', 'gemini'],
    ['/v1beta/models/x:generateContent', 'gemini'],
    ['/constructor/x', 'openai'],
  ])('%s speaks %s', (written, dialect) => {
    expect(dialectOf(written)).toBe(dialect);
  });
});
