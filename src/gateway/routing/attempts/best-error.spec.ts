import { GatewayError } from '../../../common/errors/gateway-error.js';
import { makeTarget } from '../health/target.js';
import { type Failure, mostUsefulError, retryHeaders, waitOf } from './best-error.js';

const failure = (provider: string, error: GatewayError): Failure => ({
  target: makeTarget({ provider, key: 'main', model: 'm' }),
  error,
});
const unavailable = (wait?: number): GatewayError =>
  new GatewayError('upstream_unavailable', 'down', wait === undefined ? {} : { headers: retryHeaders(wait) });
const limited = (wait: number): GatewayError =>
  new GatewayError('rate_limit_exceeded', 'limit', { type: 'tokens', headers: retryHeaders(wait) });

describe('The error of a request whose attempts all failed', () => {
  it('is none when nothing was tried', () => {
    expect(mostUsefulError([])).toBeUndefined();
  });

  it('has the reason of the first model and the shortest wait of all', () => {
    const error = mostUsefulError([failure('a', limited(50_000)), failure('b', unavailable(6_500))]);
    expect(error).toMatchObject({ code: 'rate_limit_exceeded', status: 429, type: 'tokens' });
    expect(error?.headers).toEqual({ 'retry-after': '7', 'retry-after-ms': '6500' });
  });

  it('does not take what a fallback says of the request for the reason', () => {
    const refused = new GatewayError('upstream_invalid_request', 'no prefill');
    expect(mostUsefulError([failure('a', unavailable()), failure('b', refused)])?.code).toBe('upstream_unavailable');
  });

  it('is what is wrong with the request before what is wrong with a key', () => {
    const refusedKey = failure('a', new GatewayError('upstream_auth_error', 'key'));
    const tooLong = failure('a', new GatewayError('context_length_exceeded', 'long'));
    expect(mostUsefulError([refusedKey, tooLong])?.code).toBe('context_length_exceeded');
    expect(mostUsefulError([refusedKey, failure('a', unavailable())])?.code).toBe('upstream_unavailable');
    expect(mostUsefulError([refusedKey])?.code).toBe('upstream_auth_error');
  });

  it('names no wait for a request that is wrong', () => {
    const tooLong = failure('a', new GatewayError('context_length_exceeded', 'long'));
    expect(waitOf(mostUsefulError([tooLong, failure('b', unavailable(1_000))]) ?? unavailable(1))).toBeUndefined();
  });

  it.each([
    [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1_500],
    [{ 'retry-after': '9' }, 9_000],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ] as Array<[Record<string, string>, number | undefined]>)('reads the wait of %j', (headers, ms) => {
    expect(waitOf(new GatewayError('upstream_unavailable', 'down', { headers }))).toBe(ms);
  });
});
