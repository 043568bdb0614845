import { interpolate } from './interpolation.js';

const ENV = { KEY: 'csk-1', EMPTY: '', URL: 'https://a.example', NESTED: '${KEY}' };

function fill(text: string): unknown {
  return interpolate(text, ENV).data;
}

function problem(text: string): string | undefined {
  return interpolate({ field: text }, ENV).problems[0]?.message;
}

describe('interpolate', () => {
  it.each([
    ['${KEY}', 'csk-1'],
    ['${URL}/v1', 'https://a.example/v1'],
    ['${KEY}${KEY}', 'csk-1csk-1'],
    ['${NONE:-default}', 'default'],
    ['${NONE:-}', ''],
    ['${NONE:-https://x:1/a b}', 'https://x:1/a b'],
    ['${KEY:-default}', 'csk-1'],
    ['${EMPTY:-default}', 'default'],
    ['$${KEY}', '${KEY}'],
    ['$$${KEY}', '$${KEY}'],
    ['$KEY and $', '$KEY and $'],
    // What the environment says is not looked at again.
    ['${NESTED}', '${KEY}'],
  ])('%s becomes %s', (text, expected) => {
    expect(fill(text)).toBe(expected);
  });

  it('fills texts only, at every depth, and says where', () => {
    const { data, filled } = interpolate({ '${KEY}': [{ a: '${KEY}', b: 1, c: null, d: true }] }, ENV);
    expect(data).toEqual({ '${KEY}': [{ a: 'csk-1', b: 1, c: null, d: true }] });
    expect([...filled]).toEqual(['/${KEY}/0/a']);
  });

  it('names what is not set, and an empty variable counts as such', () => {
    expect(problem('${NONE}')).toBe('the environment variable NONE is not set: set it, or write ${NONE:-default}');
    expect(problem('${EMPTY}')).toContain('EMPTY is not set');
  });

  it.each(['${', '${KEY', '${}', '${1A}', '${a b}', '${KEY-default}', '${KEY:default}'])('refuses %s', (text) => {
    expect(problem(text)).toMatch(/write '\$\$\{' for the characters themselves/);
  });
});
