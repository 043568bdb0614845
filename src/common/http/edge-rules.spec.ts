import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { EdgeRules } from './edge-rules.js';

/** A request as Node's parser leaves it: names as they came in `rawHeaders`, lower case in `headers`. */
function request(...lines: ReadonlyArray<readonly [name: string, value: string]>): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  message.rawHeaders = lines.flat();
  for (const [name, value] of lines) message.headers[name.toLowerCase()] ??= value;
  return message;
}

describe('EdgeRules', () => {
  const rules = new EdgeRules([]);

  it('takes an ordinary request, and one of HTTP/1.0 without a host', () => {
    expect(rules.check(request(['Host', 'a:8080'], ['Expect', '100-Continue']))).toBeUndefined();
    expect(rules.check(request())).toBeUndefined();
  });

  it.each([
    [
      'two hosts',
      [
        ['Host', 'a'],
        ['HOST', 'b'],
      ],
    ],
    [
      'the same host twice',
      [
        ['Host', 'a'],
        ['host', 'a'],
      ],
    ],
    ['a host with a path', [['Host', 'a/?x=#y']]],
    ['an empty host', [['Host', '']]],
  ] as const)('%s is 400', (_, lines) => {
    expect(rules.check(request(...lines))).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('another host than those allowed is 421, except where the host is not looked at', () => {
    const strict = new EdgeRules(['api.example.com']);
    expect(strict.check(request(['Host', 'api.example.com']))).toBeUndefined();
    expect(strict.check(request(['Host', '10.0.0.1']))).toMatchObject({ status: 421, code: 'misdirected_request' });
    expect(strict.check(request(['Host', '10.0.0.1']), false)).toBeUndefined();
    expect(strict.check(request(['Host', 'a'], ['Host', 'b']), false)).toMatchObject({ status: 400 });
  });

  it('removes headers whose name has an underscore', () => {
    const message = request(['Host', 'a'], ['X_Forwarded_For', '1.2.3.4'], ['x_asbru-strict', 'true'], ['x-a', 'b_c']);
    expect(rules.check(message)).toBeUndefined();
    expect(message.headers).toEqual({ host: 'a', 'x-a': 'b_c' });
  });

  it.each(['meet-me', '200-ok', '', '100-continue, more'])('Expect: %j is 417', (expect_) => {
    expect(rules.check(request(['Expect', expect_]))).toMatchObject({ status: 417, code: 'expectation_failed' });
  });

  it.each([
    ['via', '1.1 asbru, 1.1 asbru, 1.1 nginx, HTTP/1.1 asbru, 2 Asbru (x)'],
    ['x-asbru-hops', '4'],
    ['x-asbru-hops', '1e9'],
  ])('%s: %s is a loop', (name, value) => {
    expect(rules.check(request([name, value]))).toMatchObject({ status: 400, code: 'request_loop' });
  });

  it.each([
    ['via', '1.1 asbru, 1.1 asbru, 1.1 asbru'],
    ['via', '1.1 nginx, 1.1 a, 1.1 b, 1.1 c, 1.1 not-asbru'],
    ['x-asbru-hops', '3'],
    ['x-asbru-hops', 'many'],
  ])('%s: %s is none', (name, value) => {
    expect(rules.check(request([name, value]))).toBeUndefined();
  });
});
