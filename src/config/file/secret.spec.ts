import { inspect } from 'node:util';
import { Secret } from './secret.js';

describe('Secret', () => {
  const secret = new Secret('csk-live-1');

  it('shows its text only to who asks for it', () => {
    expect(secret.reveal()).toBe('csk-live-1');
    const shown = [
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }, { showHidden: true }),
      ['a', secret].join(),
    ];
    expect(shown.join('\n')).not.toContain('csk-live');
    expect(JSON.stringify({ secret })).toBe('{"secret":"[redacted]"}');
  });

  it('can be told apart without its text', () => {
    expect(secret.fingerprint).toBe(new Secret('csk-live-1').fingerprint);
    expect(secret.fingerprint).not.toBe(new Secret('csk-live-2').fingerprint);
    expect(secret.fingerprint).toMatch(/^[0-9a-f]{12}$/);
  });
});
