import * as fc from 'fast-check';
import { type SseEvent, SseParser } from './sse-parser.js';

/** Text of one line: letters of one to four bytes, and what a careless parser would take for its own. */
const line = fc
  .array(fc.constantFrom('a', ' ', ':', 'data: ', 'ä', '€', '😀', '{"x":1}'), { maxLength: 5 })
  .map((parts) => parts.join(''));
const written = fc.record({
  name: fc.option(fc.constantFrom('error', 'delta'), { nil: undefined }),
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  comment: fc.boolean(),
});
const newline = fc.constantFrom('\n', '\r\n', '\r');

describe('SseParser', () => {
  it('reads the events that were written, however lines end and wherever the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(written, { maxLength: 8 }),
        newline,
        fc.array(fc.nat(400), { maxLength: 6 }),
        (events, end, cuts) => {
          const text = events.map(({ name, lines, comment }) =>
            [
              ...(comment ? [': comment'] : []),
              ...(name === undefined ? [] : [`event: ${name}`]),
              ...lines.map((data) => `data: ${data}`),
              '',
              '',
            ].join(end),
          );
          const bytes = Buffer.from(text.join(''));
          expect(read(bytes, cuts)).toEqual(
            events.map(({ name, lines }): SseEvent => ({ data: lines.join('\n'), event: name })),
          );
        },
      ),
    );
  });

  it.each([
    ['without a space', 'data:a\n\n', [{ data: 'a', event: undefined }]],
    ['with two spaces', 'data:  a\n\n', [{ data: ' a', event: undefined }]],
    ['whose name comes after the data', 'data: a\nevent: error\n\n', [{ data: 'a', event: 'error' }]],
    ['that has nothing but a name', 'event: error\n\ndata: a\n\n', [{ data: 'a', event: undefined }]],
    [
      'that has no blank line',
      'data: a\n\ndata: b\n',
      [
        { data: 'a', event: undefined },
        { data: 'b', event: undefined },
      ],
    ],
  ])('reads an event %s', (_, text, expected) => {
    expect(read(Buffer.from(text), [])).toEqual(expected);
  });
});

function read(bytes: Buffer, cuts: readonly number[]): SseEvent[] {
  const events: SseEvent[] = [];
  const parser = new SseParser((event) => events.push(event));
  const marks = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length];
  for (let index = 1; index < marks.length; index++) parser.feed(bytes.subarray(marks[index - 1], marks[index]));
  parser.end();
  return events;
}
