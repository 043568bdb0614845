import { HostRule, isAllowedHost, isHost } from './host-rule.js';

describe('isHost', () => {
  it.each(['x', 'api.example.com', 'API.example.com:8080', '10.0.0.1:1', '[::1]', '[fe80::1]:8080', 'my_gateway:8080'])(
    'takes %s',
    (host) => expect(isHost(host)).toBe(true),
  );

  it.each(['', 'a/?x=#y', 'a b', 'a@b', 'a:b', 'a:', 'a:123456', '[::1', '::1', 'a,b', 'a\u00e9', '*.a', 'a:80:80'])(
    'refuses %j',
    (host) => expect(isHost(host)).toBe(false),
  );
});

describe('isAllowedHost', () => {
  it.each(['example.com', '*.example.com', '*.example.com:8443', '10.0.0.1', '[::1]:8080'])('takes %s', (entry) =>
    expect(isAllowedHost(entry)).toBe(true),
  );

  it.each(['*', 'a.*.com', 'https://example.com', 'example.com/', ''])('refuses %j', (entry) =>
    expect(isAllowedHost(entry)).toBe(false),
  );
});

describe('HostRule', () => {
  it('takes any host, and none, without a list', () => {
    const rule = new HostRule([]);
    expect([rule.allows('x'), rule.allows(undefined)]).toEqual([true, true]);
  });

  it.each([
    ['api.example.com', 'api.example.com', true],
    ['api.example.com', 'API.EXAMPLE.COM:8080', true],
    ['api.example.com', 'evil-api.example.com', false],
    ['api.example.com', 'api.example.com.evil.org', false],
    ['api.example.com:8080', 'api.example.com:8080', true],
    ['api.example.com:8080', 'api.example.com', false],
    ['api.example.com:8080', 'api.example.com:80', false],
    ['*.example.com', 'api.example.com:443', true],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', '.example.com', false],
    ['*.example.com', 'notexample.com', false],
    ['*.example.com:8443', 'a.example.com:8443', true],
    ['*.example.com:8443', 'a.example.com', false],
    ['[::1]', '[::1]:8080', true],
    ['10.0.0.1', '10.0.0.11', false],
  ])('%s: %s is %s', (entry, host, allowed) => {
    expect(new HostRule(['other.org', entry]).allows(host)).toBe(allowed);
  });

  it('refuses a request without a host when there is a list', () => {
    expect(new HostRule(['a']).allows(undefined)).toBe(false);
  });
});
