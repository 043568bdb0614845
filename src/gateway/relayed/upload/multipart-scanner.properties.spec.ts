import * as fc from 'fast-check';
import { boundaryOf, type MultipartPiece, MultipartScanner } from './multipart-scanner.js';

const BOUNDARY = 'XbX';

interface Part {
  readonly name: string;
  readonly filename?: string;
  readonly content: Buffer;
}

function form(parts: readonly Part[], { preamble = '', epilogue = '' } = {}): Buffer {
  const pieces = parts.flatMap(({ name, filename, content }) => [
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"`,
    filename === undefined ? '' : `; filename="${filename}"\r\nContent-Type: audio/wav`,
    '\r\n\r\n',
    content,
    '\r\n',
  ]);
  const all = [preamble, ...pieces, `--${BOUNDARY}--\r\n`, epilogue];
  return Buffer.concat(all.map((piece) => Buffer.from(piece)));
}

function scan(bytes: Buffer, sizes: readonly number[]): { pieces: MultipartPiece[]; model?: string; count?: number } {
  const scanner = new MultipartScanner(BOUNDARY);
  const pieces: MultipartPiece[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(...scanner.feed(bytes.subarray(at, at + size)));
    at += size;
  }
  pieces.push(...scanner.end());
  const { model, count } = scanner;
  return { pieces, ...(model !== undefined && { model }), ...(count !== undefined && { count }) };
}

function joined(pieces: readonly MultipartPiece[], rewrite?: string): Buffer {
  return Buffer.concat(
    pieces.map((piece) => (Buffer.isBuffer(piece) ? piece : rewrite === undefined ? piece.raw : Buffer.from(rewrite))),
  );
}

// Bytes that are full of what could be delimiters, but are none.
const noise = fc
  .array(
    fc.constantFrom('\r', '\n', '-', '--', '\r\n', '\r\n-', '\r\n--', '\r\n--X', '--XbX', 'name="model"', 'a', '\0'),
    {
      maxLength: 40,
    },
  )
  .map((parts) => Buffer.from(`x${parts.join('')}`))
  .filter((bytes) => !bytes.includes(`\r\n--${BOUNDARY}`));
const field = fc.record({ name: fc.constantFrom('prompt', 'language', 'models', 'Model'), content: noise });
const file = fc.record({ name: fc.constant('file'), filename: fc.constantFrom('a.wav', 'model'), content: noise });
const model = fc
  .string({ minLength: 1, maxLength: 60, unit: 'grapheme' })
  .filter((text) => !text.includes('\r') && text !== `--${BOUNDARY}`);
const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 });
const around = fc.record({ preamble: fc.constantFrom('', 'hello\r\n', '\r\n'), epilogue: fc.constantFrom('', 'bye') });

describe('MultipartScanner', () => {
  it('finds the model wherever it stands and however the bytes are cut, and puts another in its place', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(field, file), { maxLength: 4 }),
        model,
        fc.nat(4),
        sizes,
        around,
        model,
        (others, name, place, portions, outside, other) => {
          const parts: Part[] = [...others];
          parts.splice(place, 0, { name: 'model', content: Buffer.from(name) });
          const bytes = form(parts, outside);
          const { pieces, model: found } = scan(bytes, portions);
          expect(found).toBe(name);
          expect(joined(pieces).equals(bytes)).toBe(true);
          const changed = parts.map((part) =>
            part.name === 'model' ? { ...part, content: Buffer.from(other) } : part,
          );
          expect(joined(pieces, other).equals(form(changed, outside))).toBe(true);
        },
      ),
    );
  });

  it('reads how many answers are wanted, wherever it stands and however the bytes are cut, and lets it pass', () => {
    const wanted = fc.constantFrom('1', '4', ' 7 ', '10');
    fc.assert(
      fc.property(
        fc.array(fc.oneof(field, file), { maxLength: 4 }),
        fc.array(wanted, { minLength: 1, maxLength: 2 }),
        fc.nat(4),
        sizes,
        around,
        (others, counts, place, portions, outside) => {
          const parts: Part[] = [...others];
          for (const content of counts) parts.splice(place, 0, { name: 'n', content: Buffer.from(content) });
          const bytes = form(parts, outside);
          const { pieces, count } = scan(bytes, portions);
          expect(count).toBe(Math.max(...counts.map(Number)));
          expect(joined(pieces).equals(bytes)).toBe(true);
        },
      ),
    );
  });

  it.each([
    ['', 0],
    ['many', Number.NaN],
  ])('lets a count that is none pass: %j', (content, expected) => {
    const bytes = form([{ name: 'n', content: Buffer.from(content) }]);
    const { pieces, count } = scan(bytes, [3]);
    expect([count, joined(pieces).equals(bytes)]).toEqual([expected, true]);
  });

  it('refuses a count that is too long to be one', () => {
    const parts = [{ name: 'n', content: Buffer.from('1'.repeat(100)) }];
    for (const size of [7, 100_000]) expect(() => scan(form(parts), [size])).toThrow(/^Invalid 'n'/);
  });

  it('lets every body without a model pass, also one that is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(field, file), { minLength: 1, maxLength: 4 }),
        sizes,
        fc.nat(),
        (parts, portions, end) => {
          const whole = form(parts);
          const bytes = whole.subarray(0, end % (whole.length + 1));
          const { pieces, model: found } = scan(bytes, portions);
          expect(found).toBeUndefined();
          expect(joined(pieces).equals(bytes)).toBe(true);
        },
      ),
    );
  });

  it('holds back no more than what may be a delimiter', () => {
    const scanner = new MultipartScanner(BOUNDARY);
    const head = form([{ name: 'file', filename: 'a.wav', content: Buffer.from('x') }]);
    let fed = 0;
    let given = 0;
    const feed = (bytes: Buffer): void => {
      fed += bytes.length;
      for (const piece of scanner.feed(bytes)) given += joined([piece]).length;
    };
    feed(head.subarray(0, head.indexOf('\r\n\r\n') + 5));
    for (let turn = 0; turn < 100; turn++) {
      feed(Buffer.alloc(10_000, turn));
      expect(fed - given).toBeLessThan(BOUNDARY.length + 4);
    }
  });

  it.each([
    [
      'two models',
      [
        ['model', 'a'],
        ['model', 'b'],
      ],
    ],
    ['an empty model', [['model', '']]],
    ['a model that is too long', [['model', 'x'.repeat(600)]]],
  ])('%s', (_, fields) => {
    const parts = fields.map(([name = '', content = '']) => ({ name, content: Buffer.from(content) }));
    expect(() => scan(form(parts), [7])).toThrow(/^Invalid 'model'/);
    expect(() => scan(form(parts), [100_000])).toThrow(/^Invalid 'model'/);
  });

  it.each([
    ['a model as a file', 'Content-Disposition: form-data; name="model"; filename="x"'],
    ['no disposition', 'Content-Type: text/plain'],
    ['two dispositions', 'Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="model"'],
    ['a folded line', 'Content-Disposition: form-data;\r\n name="model"'],
    ['two names', 'Content-Disposition: form-data; name="a"; name="model"'],
    ['an encoded name', "Content-Disposition: form-data; name=a; name*=utf-8''model"],
    ['no name', 'Content-Disposition: form-data; filename="x"'],
    ['a name without an end', 'Content-Disposition: form-data; name="model'],
    ['another disposition', 'Content-Disposition: attachment; name="model"'],
    ['a head without an end', `X: ${'x'.repeat(20_000)}`],
  ])('%s is refused: the upstream might understand another field', (_, head) => {
    const bytes = Buffer.from(`--${BOUNDARY}\r\n${head}\r\n\r\nvalue\r\n--${BOUNDARY}--\r\n`);
    expect(() => scan(bytes, [5])).toThrow(expect.objectContaining({ status: 400 }));
  });

  it.each([
    'Content-Disposition: form-data; name="model"',
    'content-disposition:form-data;name=model',
    'CONTENT-DISPOSITION: Form-Data; x=1; NAME="mo\\del"',
  ])('reads %s', (head) => {
    const bytes = Buffer.from(`--${BOUNDARY}  \r\n${head}\r\nContent-Type: text/plain\r\n\r\nvalue\r\n--${BOUNDARY}--`);
    expect(scan(bytes, [3]).model).toBe('value');
  });

  it('reads the boundary of a media type', () => {
    expect(boundaryOf('multipart/form-data; boundary=abc')).toBe('abc');
    expect(boundaryOf('multipart/form-data; charset=utf-8; Boundary="a b"')).toBe('a b');
    expect(() => boundaryOf('multipart/form-data')).toThrow(/boundary/);
    expect(() => boundaryOf(`multipart/form-data; boundary=${'x'.repeat(71)}`)).toThrow(/boundary/);
  });
});
