import * as fc from 'fast-check';
import { begun, ended, settled } from '../fake-attempts.js';
import { decodeRecords, encodeRecord, type WalRecord } from './wal-record.js';

const RECORDS: WalRecord[] = [
  { kind: 'head', value: { version: 1, at: 1 } },
  { kind: 'begun', value: begun('req_1.1') },
  { kind: 'ended', value: ended('req_1.1', 17) },
  { kind: 'begun', value: begun('req_2.1', { requestedModel: 'größe\n"\\ \u2028 😀 \ud83d' }) },
  { kind: 'settled', value: settled('req_1', 17) },
];

const bytesOf = (records: readonly WalRecord[]): Buffer =>
  Buffer.concat(records.map((record) => Buffer.from(encodeRecord(record))));

describe('Records of the write-ahead log', () => {
  it('come back as they were', () => {
    expect(decodeRecords(bytesOf(RECORDS))).toEqual({ records: RECORDS, damaged: 0, torn: 0 });
  });

  it('are whole up to where a log was torn, at every byte', () => {
    const whole = bytesOf(RECORDS);
    const ends = RECORDS.map((_, index) => bytesOf(RECORDS.slice(0, index + 1)).length);
    for (let length = 0; length <= whole.length; length++) {
      const { records, damaged, torn } = decodeRecords(whole.subarray(0, length));
      const expected = ends.filter((end) => end <= length).length;
      expect(records).toEqual(RECORDS.slice(0, expected));
      expect(damaged).toBe(0);
      expect(torn).toBe(length - (ends[expected - 1] ?? 0));
    }
  });

  it('are found behind one that the disk has changed, whichever bit it is', () => {
    const whole = bytesOf(RECORDS);
    const first = bytesOf(RECORDS.slice(0, 1)).length;
    const second = bytesOf(RECORDS.slice(0, 2)).length;
    for (let at = first; at < second - 1; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const { records, damaged } = decodeRecords(changed);
      expect(records).not.toContainEqual(RECORDS[1]);
      expect(records.slice(-3)).toEqual(RECORDS.slice(2));
      expect(damaged).toBeGreaterThan(0);
    }
  });

  it('take any text and any number of them', () => {
    const text = fc.string({ unit: 'binary', maxLength: 2_000 });
    const attempt = fc.record({ id: text, model: text, tags: fc.array(text), cost: fc.nat(2 ** 31) });
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 20 }), fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
        const records = list.flatMap(({ id, model, tags, cost }): WalRecord[] => [
          {
            kind: 'begun',
            value: begun(id, { requestId: 'r', model, billing: { organizationId: 'o', levels: {}, tags } }),
          },
          { kind: 'ended', value: ended(id, cost) },
        ]);
        const bytes = bytesOf(records);
        expect(decodeRecords(bytes).records).toEqual(records);
        const cut = decodeRecords(bytes.subarray(0, Math.floor(bytes.length * share)));
        expect(cut.records).toEqual(records.slice(0, cut.records.length));
        expect(cut.damaged).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
