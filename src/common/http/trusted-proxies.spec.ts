import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { isNetwork, TrustedProxies } from './trusted-proxies.js';

function request(peer: string | undefined, forwarded?: string): IncomingMessage {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: peer });
  const message = new IncomingMessage(socket);
  if (forwarded !== undefined) message.headers['x-forwarded-for'] = forwarded;
  return message;
}

describe('isNetwork', () => {
  it.each(['10.0.0.0/8', '192.168.1.5', '::1', 'fd00::/8', '0.0.0.0/0'])('takes %s', (text) =>
    expect(isNetwork(text)).toBe(true),
  );

  it.each(['', '10.0.0.0/33', '10.0.0/8', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/-1', 'fd00::/129', 'localhost', '1'])(
    'refuses %j',
    (text) => expect(isNetwork(text)).toBe(false),
  );
});

describe('TrustedProxies', () => {
  const proxies = new TrustedProxies(['10.0.0.0/8', '192.168.1.5', 'fd00::/8']);

  it.each([
    ['no header', '10.1.1.1', undefined, '10.1.1.1'],
    ['one proxy', '10.1.1.1', '203.0.113.7', '203.0.113.7'],
    ['two proxies', '10.1.1.1', '203.0.113.7, 192.168.1.5', '203.0.113.7'],
    ['a forged address on the left', '10.1.1.1', '1.2.3.4, 203.0.113.7', '203.0.113.7'],
    ['a forged proxy on the left', '10.1.1.1', '1.2.3.4, 10.9.9.9, 203.0.113.7, 10.2.2.2', '203.0.113.7'],
    ['only proxies', '10.1.1.1', '10.3.3.3, 10.2.2.2', '10.3.3.3'],
    ['a peer that is no proxy', '203.0.113.9', '1.2.3.4', '203.0.113.9'],
    ['text', '10.1.1.1', '1.2.3.4, unknown, 10.2.2.2', '10.2.2.2'],
    ['line feeds', '10.1.1.1', '1.2.3.4\n{"forged":1}', '10.1.1.1'],
    ['nothing', '10.1.1.1', '', '10.1.1.1'],
    ['a port', '10.1.1.1', '203.0.113.7:51000', '203.0.113.7'],
    ['IPv6 with a port', '10.1.1.1', '[2001:db8::1]:51000', '2001:db8::1'],
    ['an IPv6 proxy', 'fd00::1', '2001:db8::1', '2001:db8::1'],
    ['an IPv4 peer of an IPv6 socket', '::ffff:10.1.1.1', '::ffff:203.0.113.7', '203.0.113.7'],
  ])('%s', (_, peer, forwarded, client) => {
    expect(proxies.clientOf(request(peer, forwarded))).toBe(client);
  });

  it('believes nobody without a list', () => {
    expect(new TrustedProxies([]).clientOf(request('::ffff:127.0.0.1', '1.2.3.4'))).toBe('127.0.0.1');
  });

  it('says nothing of a connection that has gone', () => {
    expect(proxies.clientOf(request(undefined, '1.2.3.4'))).toBeUndefined();
  });
});
