import { SettledIds } from './settled-ids.js';

const HOUR_MS = 3_600_000;

describe('Settled ids', () => {
  it('are known for a day, and forgotten in the second', () => {
    const ids = new SettledIds();
    for (let hour = 0; hour < 48; hour++) ids.add(`req_${hour}`, hour * HOUR_MS);
    const now = 48 * HOUR_MS;
    for (let hour = 24; hour < 48; hour++) expect(ids.has(`req_${hour}`, now)).toBe(true);
    expect(ids.has('req_0', now)).toBe(false);
  });

  it('tell a hundred thousand from a hundred thousand others', () => {
    const ids = new SettledIds();
    for (let number = 0; number < 100_000; number++) ids.add(`req_${number}`, 0);
    let mistaken = 0;
    for (let number = 0; number < 100_000; number++) {
      if (!ids.has(`req_${number}`, 0)) mistaken++;
      if (ids.has(`req_x${number}`, 0)) mistaken++;
    }
    expect(mistaken).toBe(0);
  });
});
