import { anthropicEnvelope, anthropicError } from './anthropic-envelope.js';
import type { ErrorCode } from './error-table.js';
import { GatewayError, type GatewayErrorOptions } from './gateway-error.js';

const messageOf = (error: GatewayError): string => anthropicError(error, 'req_1').error.message;
const kindOf = (code: ErrorCode, options: GatewayErrorOptions = {}) => {
  const { status, body } = anthropicEnvelope(new GatewayError(code, 'm', options), 'req_1');
  return { status, body };
};

describe('an error for Anthropic’s clients', () => {
  it('is their envelope, with the id in body and header', () => {
    const error = new GatewayError('rate_limit_exceeded', 'Slow down.', { headers: { 'retry-after': '49' } });
    expect(anthropicEnvelope(error, 'req_1')).toEqual({
      status: 429,
      headers: { 'request-id': 'req_1', 'retry-after': '49' },
      body: { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down.' }, request_id: 'req_1' },
    });
  });

  it.each<[ErrorCode, GatewayErrorOptions, number, string]>([
    ['invalid_value', {}, 400, 'invalid_request_error'],
    ['unsupported_operation', {}, 400, 'invalid_request_error'],
    ['upstream_invalid_request', {}, 400, 'invalid_request_error'],
    ['invalid_api_key', {}, 401, 'authentication_error'],
    ['insufficient_quota', {}, 402, 'billing_error'],
    ['upstream_invalid_request', { status: 403 }, 403, 'permission_error'],
    ['model_not_found', {}, 404, 'not_found_error'],
    ['method_not_allowed', {}, 405, 'invalid_request_error'],
    ['upstream_timeout_status', {}, 408, 'timeout_error'],
    ['conflict', {}, 409, 'conflict_error'],
    ['request_too_large', {}, 413, 'request_too_large'],
    ['rate_limit_exceeded', {}, 429, 'rate_limit_error'],
    ['internal_error', {}, 500, 'api_error'],
    ['upstream_error', {}, 502, 'api_error'],
    ['upstream_timeout', {}, 504, 'timeout_error'],
    ['upstream_unavailable', {}, 529, 'overloaded_error'],
    ['overloaded', {}, 529, 'overloaded_error'],
    ['server_draining', {}, 529, 'overloaded_error'],
    ['queue_exceeded', {}, 529, 'overloaded_error'],
  ])('%s %j is %i %s', (code, options, status, type) => {
    expect(kindOf(code, options)).toMatchObject({ status, body: { error: { type } } });
  });

  it.each([
    [
      'Please reduce the length of the messages or completion. Current length is 202427 while limit is 131072',
      'prompt is too long: 202427 tokens > 131072 maximum',
    ],
    [
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 130001 tokens.",
      'prompt is too long: 130001 tokens > 128000 maximum',
    ],
    [
      "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (1000 in the messages).",
      'prompt is too long: 9000 tokens > 8192 maximum',
    ],
    ['prompt is too long: 5 tokens > 4 maximum', 'prompt is too long: 5 tokens > 4 maximum'],
    ['Too much.', 'prompt is too long: Too much.'],
  ])('#13 %j is in the words that Claude Code knows', (message, expected) => {
    expect(messageOf(new GatewayError('context_length_exceeded', message, { param: 'messages' }))).toBe(expected);
  });

  it('names the field, once', () => {
    const param = 'messages[0].content[1]';
    expect(messageOf(new GatewayError('invalid_value', 'is odd', { param }))).toBe(`${param}: is odd`);
    expect(messageOf(new GatewayError('invalid_value', `Invalid '${param}'.`, { param }))).toBe(`Invalid '${param}'.`);
  });

  it('has the limits under Anthropic’s names', () => {
    const headers = { 'x-ratelimit-limit-requests': '5', 'x-ratelimit-remaining-requests': '0' };
    expect(anthropicEnvelope(new GatewayError('rate_limit_exceeded', 'm', { headers }), 'r').headers).toMatchObject({
      'anthropic-ratelimit-requests-limit': '5',
      'anthropic-ratelimit-requests-remaining': '0',
    });
  });
});
