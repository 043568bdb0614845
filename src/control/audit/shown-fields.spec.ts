import { shownFields } from './shown-fields.js';

describe('Fields of an audit event', () => {
  it('hold no secret, whatever it is called and wherever it stands', () => {
    const key = 'sk-asbru-0123456789abcdef';
    const shown = shownFields({
      name: `my key is ${key}, do not tell`,
      key,
      setup_token: 'asbru-setup-xyz12345',
      nested: [{ password: 'hunter2', digest: 'abc', required_headers: { 'x-team': 'crimson' } }],
      allowed_models: ['*'],
      max_output_tokens: 5,
    });
    const text = JSON.stringify(shown);
    for (const secret of [key, 'hunter2', 'abc', 'crimson', 'xyz12345']) expect(text).not.toContain(secret);
    expect(shown).toMatchObject({ allowed_models: ['*'], max_output_tokens: 5, key: '(secret)' });
  });

  it('are bounded', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`) as unknown;
    const shown = shownFields({ long: 'x'.repeat(1e6), many: Array(10_000).fill(1), deep });
    expect(JSON.stringify(shown).length).toBeLessThan(4_000);
  });

  it('keep numbers that no double holds as text', () => {
    expect(shownFields({ one: JSON.rawJSON('9007199254740993'), two: JSON.rawJSON('7') })).toEqual({
      one: '9007199254740993',
      two: 7,
    });
  });
});
