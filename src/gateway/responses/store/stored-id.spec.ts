import { isStorableId } from './stored-id.js';

describe('an id', () => {
  it.each(['resp_0a', 'msg_1', "x' or 1=1--".replaceAll(' ', '_'), 'a'.repeat(200)])('%j can be stored', (id) => {
    expect(isStorableId(id)).toBe(true);
  });

  it.each(['', '\u0000', 'resp_\u0000', 'resp 1', 'é', '\ud800', 'a'.repeat(201)])('%j cannot', (id) => {
    expect(isStorableId(id)).toBe(false);
  });
});
