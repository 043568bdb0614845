import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '../../../test/support/certificate.js';
import { SettingsError } from './settings-error.js';
import { parseSettings } from './settings-loader.js';
import type { ProviderSettings } from './gateway-settings.types.js';

const KEYS = [{ name: 'main', value: 'k' }];

function provider(fields: Record<string, unknown>): ProviderSettings {
  const content = { version: 1, providers: { a: { type: 'cerebras', ...fields } } };
  const { providers } = parseSettings(Buffer.from(JSON.stringify(content)), 'asbru.yaml', {});
  const [made] = Object.values(providers);
  if (!made) throw new Error('no provider');
  return made;
}

/** What is wrong with a provider: the field and the message. */
function problems(fields: Record<string, unknown>): string[] {
  try {
    provider(fields);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('a provider', () => {
  it.each([
    'http://169.254.169.254',
    'http://2852039166/v1',
    'http://0xa9.0xfe.0xa9.0xfe',
    'http://[::ffff:169.254.169.254]:80',
    'http://[fe80::1]',
    'http://[fd00:ec2::254]',
  ])('at %s needs leave, and the file is refused', (base_url) => {
    expect(problems({ base_url, keys: KEYS })).toEqual([
      expect.stringMatching(/^providers\.a\.base_url: is a link-local .*allow_private_addresses: true/),
    ]);
    expect(problems({ base_url, keys: KEYS, allow_private_addresses: true })).toEqual([]);
  });

  it.each(['http://localhost:11434', 'http://10.0.0.5:8000', 'http://[::1]:1', 'http://ollama:11434'])(
    'may be at %s',
    (base_url) => {
      expect(problems({ base_url, keys: KEYS })).toEqual([]);
    },
  );

  it('needs keys unless callers send theirs', () => {
    const missing = "providers.a: the field 'keys' is missing: add it, or set passthrough_keys: true";
    expect(problems({})).toEqual([missing]);
    expect(problems({ passthrough_keys: false })).toEqual([missing]);
    expect(provider({ passthrough_keys: true })).toMatchObject({ passthroughKeys: true, keys: [] });
  });

  describe('with certificates', () => {
    const { cert, key } = selfSigned('localhost');
    let folder: string;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'asbru-ca-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    const file = (text: string): string => {
      const path = join(folder, 'ca.pem');
      writeFileSync(path, text);
      return path;
    };

    it('reads them, and no key beside them', () => {
      const { ca } = provider({ keys: KEYS, ca_file: file(`# ours\n${key}${cert}${cert}`) });
      expect(ca).toBe(`${cert.trim()}\n${cert.trim()}\n`);
    });

    it.each([
      ['', 'holds no certificate'],
      [key, 'holds no certificate'],
      ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'cannot be read'],
      ['x'.repeat(1024 * 1024 + 1), 'is larger than'],
    ])('refuses a file without them', (text, message) => {
      const ca_file = file(text);
      expect(problems({ keys: KEYS, ca_file })).toEqual([expect.stringContaining(message)]);
    });

    it('refuses a path that leads to none', () => {
      const none = join(folder, 'none.pem');
      expect(problems({ keys: KEYS, ca_file: none })).toEqual([
        'providers.a.ca_file: cannot be read: there is no such file',
      ]);
      expect(problems({ keys: KEYS, ca_file: 'ca.pem' })).toEqual(['providers.a.ca_file: must be an absolute path']);
      expect(problems({ keys: KEYS, ca_file: folder })).toEqual([
        'providers.a.ca_file: cannot be read: it is a directory',
      ]);
    });
  });
});
