import { readGeminiError, readGeminiStreamError } from './error-reader.js';

const RPC = 'type.googleapis.com/google.rpc';
const body = (code: number, message: string, details: object[] = []): string =>
  JSON.stringify({ error: { code, message, status: 'X', details } });
const read = (status: number, text: string, headers = {}) => readGeminiError('gemini', status, headers, text);

describe('A refusal of Gemini', () => {
  it('for a wrong key is the operator’s affair, whatever its status', () => {
    const details = [{ '@type': `${RPC}.ErrorInfo`, reason: 'API_KEY_INVALID' }];
    for (const error of [
      read(400, body(400, 'API key AIza-secret not valid.', details)),
      read(401, body(401, 'AIza-secret')),
      read(403, body(403, 'AIza-secret')),
    ]) {
      expect(error).toMatchObject({ code: 'upstream_auth_error', status: 502 });
      expect(error.message).not.toContain('secret');
    }
  });

  it('says when to come back: from its details, its headers, or not at all', () => {
    const retry = [{ '@type': `${RPC}.RetryInfo`, retryDelay: '3.5s' }];
    expect(read(429, body(429, 'Quota.', retry)).headers).toEqual({ 'retry-after': '4', 'retry-after-ms': '3500' });
    expect(read(429, body(429, 'Quota.'), { 'retry-after': '9' }).headers).toMatchObject({ 'retry-after': '9' });
    expect(read(503, body(503, 'x', retry))).toMatchObject({
      code: 'upstream_unavailable',
      headers: { 'retry-after': '4' },
    });
  });

  it.each([
    [400, 'No.', 'upstream_invalid_request', 400],
    [
      400,
      'The input token count (9) exceeds the maximum number of tokens allowed (8).',
      'context_length_exceeded',
      400,
    ],
    [404, 'models/x is not found', 'model_not_found', 404],
    [413, 'Too big', 'request_too_large', 413],
    [500, 'x', 'upstream_error', 502],
    [503, 'x', 'upstream_unavailable', 503],
    [504, 'x', 'upstream_timeout', 504],
    [302, 'x', 'upstream_redirect', 502],
  ])('%i %s is %s', (status, message, code, answered) => {
    expect(read(status, body(status, message))).toMatchObject({ code, status: answered });
  });

  it('may come in an array, and names the field', () => {
    const details = [{ '@type': `${RPC}.BadRequest`, fieldViolations: [{ field: 'contents[0]', description: 'x' }] }];
    expect(read(400, `[${body(400, 'Bad.', details)}]`)).toMatchObject({ message: 'Bad.', param: 'contents[0]' });
  });

  it('never passes a page on', () => {
    expect(read(400, '<html>secret</html>').message).not.toContain('html');
    expect(read(400, body(400, '<!DOCTYPE html>x')).message).toBe('gemini refused the request.');
  });

  it('inside a stream keeps its status', () => {
    const event = { error: { code: 503, message: 'Overloaded', status: 'UNAVAILABLE' } };
    expect(readGeminiStreamError('gemini', event)).toMatchObject({
      code: 'upstream_error',
      status: 503,
      message: 'Overloaded',
    });
    expect(readGeminiStreamError('gemini', { error: { code: 429, message: 'Slow' } })).toMatchObject({
      code: 'rate_limit_exceeded',
    });
  });
});
