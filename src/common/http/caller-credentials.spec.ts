import { inspect } from 'node:util';
import { CallerCredentials } from './caller-credentials.js';

const of = (headers: Record<string, string>): CallerCredentials => new CallerCredentials(headers);

describe('CallerCredentials', () => {
  it.each([
    [{ authorization: 'Bearer sk-1' }, 'sk-1'],
    [{ authorization: 'bearer   sk-1  ' }, 'sk-1'],
    [{ 'x-api-key': ' sk-1 ' }, 'sk-1'],
    [{ 'x-goog-api-key': 'sk-1' }, 'sk-1'],
    [{ 'api-key': 'sk-1' }, 'sk-1'],
    [{ authorization: 'Basic sk-2', 'api-key': 'sk-1' }, 'sk-1'],
    [{ authorization: 'Bearer sk-1', 'x-api-key': 'sk-2' }, 'sk-1'],
  ])('reads %j', (headers, key) => {
    expect(of(headers).secretFor('authorization')).toBe(key);
    expect(of(headers).isPresent).toBe(true);
  });

  it.each([
    {},
    { authorization: '' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: 'Bearer a b' },
    { authorization: 'Bearer a\u00e9' },
    { authorization: 'Basic abc' },
    { 'x-api-key': '' },
    { 'x-api-key': 'x'.repeat(5_000) },
    { cookie: 'sk-1' },
  ])('finds no key in %j', (headers) => {
    expect(of(headers as Record<string, string>).isPresent).toBe(false);
  });

  it('prefers the header of the provider', () => {
    const both = of({ authorization: 'Bearer sk-1', 'x-api-key': 'sk-2' });
    expect(both.secretFor('x-api-key')).toBe('sk-2');
    expect(both.secretFor('x-goog-api-key')).toBe('sk-1');
  });

  it('is not seen by accident', () => {
    const credentials = of({ authorization: 'Bearer sk-1' });
    for (const text of [String(credentials), JSON.stringify({ credentials }), inspect({ credentials }, { depth: 9 })]) {
      expect(text).not.toContain('sk-1');
    }
  });
});
