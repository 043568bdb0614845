import * as fc from 'fast-check';
import { openReasoning, sealReasoning } from './encrypted-reasoning.js';

describe('sealed reasoning', () => {
  it('gives back any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(openReasoning(sealReasoning(text))).toBe(text);
      }),
    );
    expect(openReasoning(sealReasoning('\uFEFFmark'))).toBe('\uFEFFmark');
  });

  it('is plain ASCII under a prefix of its own', () => {
    expect(sealReasoning('Grüße')).toMatch(/^asbru1\.[\w-]+$/);
  });

  it.each([undefined, null, 5, {}, '', 'gAAAAABforeign', 'asbru2.SGk', 'asbru1._w'])(
    'is nothing when it is %p',
    (token) => {
      expect(openReasoning(token)).toBeUndefined();
    },
  );
});
