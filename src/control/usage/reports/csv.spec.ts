import * as fc from 'fast-check';
import { csvLine, readCsv } from './csv.js';

describe('CSV', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+cmd', "'+cmd"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['-5', '-5'],
    ['a,b', '"a,b"'],
    ['two\nlines', '"two\nlines"'],
  ])('writes %j as %j', (text, line) => {
    expect(csvLine([text])).toBe(`${line}\r\n`);
  });

  it('comes back as it was, but for the apostrophe before a formula', () => {
    const cell = fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => !/^['=+\-@\t\r]/.test(text));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 8 }), (rows) => {
        expect(readCsv(rows.map((row) => csvLine(row)).join(''))).toEqual(rows);
      }),
    );
  });

  it('is told when it cannot be read', () => {
    expect(() => readCsv('a,"b\nc')).toThrow(/cannot be read/);
  });
});
