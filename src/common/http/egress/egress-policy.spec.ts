import { EgressPolicy } from './egress-policy.js';

const strict = new EgressPolicy({ allowPrivateAddresses: false });
const open = new EgressPolicy({ allowPrivateAddresses: true });

/** The host as the URL parser gives it: one form, whatever the notation. */
function host(url: string): string {
  return new URL(url).hostname;
}

describe('EgressPolicy', () => {
  it('lets every host lead to a public address', () => {
    for (const name of ['api.example.com', 'ollama', 'localhost', '1.1.1.1']) {
      expect(strict.allows(name, '1.1.1.1')).toBe(true);
    }
  });

  it.each([
    'http://127.0.0.1:1',
    'http://2130706433',
    'http://0x7f.1',
    'http://0177.0.0.1',
    'http://127.1',
    'http://127.0.0.1.',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://0.0.0.0',
    'http://10.0.0.5:8000',
    'http://[fd12::1]',
    'http://192.168.1.10/v1',
  ])('takes %s as it is written', (url) => {
    const literal = host(url).replaceAll(/[[\]]/g, '');
    expect(strict.allows(host(url), literal)).toBe(true);
  });

  it.each([
    'http://169.254.169.254',
    'http://2852039166',
    'http://0xa9fea9fe',
    'http://0251.0376.0251.0376',
    'http://169.254.43518',
    'http://[::ffff:169.254.169.254]',
    'http://[::ffff:a9fe:a9fe]',
    'http://[64:ff9b::169.254.169.254]',
    'http://[2002:a9fe:a9fe::]',
    'http://[fd00:ec2::254]',
    'http://[fe80::1]',
    'http://100.100.100.200',
  ])('takes the link-local %s only with leave', (url) => {
    const literal = host(url).replaceAll(/[[\]]/g, '');
    expect(strict.allows(host(url), literal)).toBe(false);
    expect(open.allows(host(url), literal)).toBe(true);
  });

  it.each(['localhost', 'LOCALHOST', 'localhost.', 'api.localhost'])('%s is this machine and nothing else', (name) => {
    expect(strict.allows(name, '127.0.0.1')).toBe(true);
    expect(strict.allows(name, '::1')).toBe(true);
    expect(strict.allows(name, '10.0.0.1')).toBe(false);
  });

  it.each(['ollama', 'sandbox', 'vllm.local', 'host.docker.internal', 'vllm.ai.svc.cluster.local', 'box.home.arpa'])(
    '%s can only be private',
    (name) => {
      expect(strict.allows(name, '172.18.0.2')).toBe(true);
      expect(strict.allows(name, '127.0.0.1')).toBe(true);
    },
  );

  it.each(['api.example.com', 'notlocalhost.com', 'localhost.example.com', 'internal.example.com', 'a.local.com'])(
    'the public name %s leads to no private address without leave',
    (name) => {
      for (const address of ['127.0.0.1', '::1', '10.0.0.1', 'fd12::1', '::ffff:10.0.0.1', '64:ff9b::8.8.8.8']) {
        expect(strict.allows(name, address)).toBe(false);
        expect(open.allows(name, address)).toBe(true);
      }
    },
  );

  it.each(['api.example.com', 'metadata.google.internal', 'metadata', 'localhost'])(
    'the name %s never leads to metadata',
    (name) => {
      for (const address of ['169.254.169.254', '::ffff:169.254.169.254', 'fd00:ec2::254', 'fe80::1']) {
        expect(strict.allows(name, address)).toBe(false);
        expect(open.allows(name, address)).toBe(false);
      }
    },
  );
});
