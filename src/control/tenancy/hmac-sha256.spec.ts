import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { HmacSha256 } from './hmac-sha256.js';

const text = fc.string({ unit: 'binary', maxLength: 300 });

describe('HMAC with SHA-256', () => {
  it('is that of the crypto library, for any secret and any texts', () => {
    fc.assert(
      fc.property(text, fc.array(text, { minLength: 1 }), (secret, texts) => {
        const hmac = new HmacSha256(secret);
        expect(texts.map((each) => hmac.digest(each).toString('hex'))).toEqual(
          texts.map((each) => createHmac('sha256', secret).update(each).digest('hex')),
        );
      }),
      { numRuns: 300 },
    );
  });

  it.each([63, 64, 65])('takes a secret of %i bytes, around the size of a block', (length) => {
    const secret = 's'.repeat(length);
    const expected = createHmac('sha256', secret).update('key').digest('hex');
    expect(new HmacSha256(secret).digest('key').toString('hex')).toBe(expected);
  });
});
