import { anthropicError } from '../../../common/errors/anthropic-envelope.js';
import { readAnthropicError, readAnthropicStreamError } from './anthropic-errors.js';

const bodyOf = (type: string, message: string) =>
  JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' });

const read = (status: number, type = 'x', message = 'Secret sk-ant-1', headers = {}) =>
  readAnthropicError('anthropic', status, headers, bodyOf(type, message));

describe("Anthropic's refusals", () => {
  it.each([
    [400, 'temperature: Input should be less than or equal to 1', 'upstream_invalid_request', 400, 'temperature'],
    [400, 'tools.0.custom.input_schema.type: Field required', 'upstream_invalid_request', 400, 'tools'],
    [400, 'output_config: no', 'upstream_invalid_request', 400, null],
    [400, 'prompt is too long: 200001 tokens > 200000 maximum', 'context_length_exceeded', 400, 'messages'],
    [400, 'input length and `max_tokens` exceed context limit: 1 + 2 > 2', 'context_length_exceeded', 400, 'messages'],
    [400, 'Your credit balance is too low to access the Anthropic API.', 'insufficient_quota', 429, null],
    [401, 'invalid x-api-key', 'upstream_auth_error', 502, null],
    [402, 'billing', 'insufficient_quota', 429, null],
    [403, 'no', 'upstream_auth_error', 502, null],
    [413, 'Request exceeds the maximum size', 'request_too_large', 413, null],
    [429, 'Number of request tokens has exceeded your rate limit', 'rate_limit_exceeded', 429, null],
    [500, 'Internal server error', 'upstream_error', 502, null],
    [529, 'Overloaded', 'upstream_unavailable', 503, null],
    [504, 'slow', 'upstream_timeout', 504, null],
    [307, '', 'upstream_redirect', 502, null],
  ])('%d %s', (status, message, code, shown, param) => {
    expect(read(status, 'x', message)).toMatchObject({ code, status: shown, param });
  });

  it('of a model', () => {
    expect(read(404, 'not_found_error', 'model: claude-9')).toMatchObject({ code: 'model_not_found', status: 404 });
    expect(read(404, 'not_found_error', 'Not found')).toMatchObject({ code: 'upstream_error' });
  });

  it('keep their words where they are for the caller, and only there', () => {
    expect(read(529, 'overloaded_error', 'Overloaded').message).toBe('Overloaded');
    expect(read(401).message).not.toContain('sk-ant');
    expect(read(500).message).not.toContain('sk-ant');
  });

  it('are 529 to who speaks their dialect', () => {
    expect(anthropicError(read(529, 'overloaded_error', 'Overloaded'), 'req_2')).toEqual({
      type: 'error',
      error: { type: 'overloaded_error', message: 'Overloaded' },
      request_id: 'req_2',
    });
  });

  it('say how long to wait', () => {
    expect(read(429, 'rate_limit_error', 'm', { 'retry-after': '7' }).headers).toMatchObject({
      'retry-after': '7',
      'retry-after-ms': '7000',
    });
    expect(read(429, 'rate_limit_error', 'm').headers['retry-after']).toBe('60');
  });

  it('may be HTML', () => {
    expect(readAnthropicError('anthropic', 400, {}, '<html>no</html>').message).toBe('anthropic refused the request.');
  });

  it.each([
    ['overloaded_error', 'upstream_unavailable'],
    ['rate_limit_error', 'rate_limit_exceeded'],
    ['api_error', 'upstream_error'],
    ['invalid_request_error', 'upstream_invalid_request'],
    ['authentication_error', 'upstream_auth_error'],
    ['timeout_error', 'upstream_timeout'],
    ['something_new', 'upstream_error'],
  ])('inside a stream: %s', (type, code) => {
    expect(readAnthropicStreamError('anthropic', { type: 'error', error: { type, message: 'm' } })).toMatchObject({
      code,
    });
  });
});
