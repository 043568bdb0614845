import { GatewayError } from './gateway-error.js';
import { geminiEnvelope } from './gemini-envelope.js';

const RPC = 'type.googleapis.com/google.rpc';

describe('An error in Gemini’s form', () => {
  it('names the field that is wrong', () => {
    const { status, body } = geminiEnvelope(new GatewayError('invalid_value', 'No.', { param: 'contents[0].role' }));
    expect(status).toBe(400);
    expect(body).toEqual({
      error: {
        code: 400,
        message: 'No.',
        status: 'INVALID_ARGUMENT',
        details: [
          { '@type': `${RPC}.ErrorInfo`, reason: 'INVALID_VALUE', domain: 'asbru', metadata: { fault: 'caller' } },
          { '@type': `${RPC}.BadRequest`, fieldViolations: [{ field: 'contents[0].role', description: 'No.' }] },
        ],
      },
    });
  });

  it.each([
    [{ 'retry-after': '7' }, '7s'],
    [{ 'retry-after': '2', 'retry-after-ms': '1500' }, '1.5s'],
  ])('says when to come back: %j', (headers, retryDelay) => {
    const envelope = geminiEnvelope(new GatewayError('rate_limit_exceeded', 'Slow.', { headers }));
    expect(envelope.headers).toEqual(headers);
    expect(envelope.body).toMatchObject({ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } });
    expect(JSON.stringify(envelope.body)).toContain(`{"@type":"${RPC}.RetryInfo","retryDelay":"${retryDelay}"}`);
  });

  it.each([
    ['invalid_api_key', 401, 'UNAUTHENTICATED'],
    ['model_not_found', 404, 'NOT_FOUND'],
    ['request_too_large', 413, 'INVALID_ARGUMENT'],
    ['internal_error', 500, 'INTERNAL'],
    ['upstream_error', 502, 'UNAVAILABLE'],
    ['upstream_unavailable', 503, 'UNAVAILABLE'],
    ['upstream_timeout', 504, 'DEADLINE_EXCEEDED'],
  ] as const)('%s is %i %s', (code, status, named) => {
    expect(geminiEnvelope(new GatewayError(code, 'x')).body).toMatchObject({ error: { code: status, status: named } });
  });
});
