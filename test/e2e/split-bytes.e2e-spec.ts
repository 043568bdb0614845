import * as fc from 'fast-check';
import { Accumulated, type Answer } from '../support/answer.js';
import { CAPTURED_CHUNKS, WIDE_CHUNKS } from '../support/captures.js';
import { CHAT, startGateway, type TestGateway } from '../support/gateway.js';
import { RawUpstream, SSE } from '../support/raw-upstream.js';

const LINE_ENDS = { LF: '\n', CRLF: '\r\n', CR: '\r' } as const;
type LineEnd = keyof typeof LINE_ENDS;

const streamBytes = (chunks: readonly string[], end: LineEnd): Buffer => {
  const blank = LINE_ENDS[end] + LINE_ENDS[end];
  return Buffer.from([...chunks, '[DONE]'].map((chunk) => `data: ${chunk}${blank}`).join(''));
};

describe('A stream in pieces', () => {
  let gateway: TestGateway;
  let upstream: RawUpstream;
  let parts: readonly Uint8Array[] = [];

  beforeAll(async () => {
    upstream = await RawUpstream.start(async (_request, response) => {
      response.writeHead(200, SSE);
      response.socket?.setNoDelay(true);
      for (const part of parts) {
        response.write(part);
        // Each part leaves on its own.
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    gateway = await startGateway({ upstream: upstream.url });
  });

  afterAll(async () => {
    await gateway.close();
    await upstream.close();
  });

  const through = (bytes: readonly Uint8Array[], include_usage = false): Promise<Answer> => {
    parts = bytes;
    return gateway.chat({ ...CHAT, stream: true, stream_options: { include_usage } });
  };
  /** The same words, ids and numbers; where the pieces are cut may differ. */
  const meaning = (answer: Answer) => ({
    status: answer.status,
    done: answer.endsWithDone,
    heads: new Set(answer.chunks.map(({ id, created, model }) => JSON.stringify([id, created, model]))),
    choice: new Accumulated(answer.chunks),
    usage: answer.chunks.map(({ usage }) => usage).filter(Boolean),
    text: answer.text,
  });

  it.each([
    ['captured', 'LF', CAPTURED_CHUNKS],
    ['with wide characters', 'LF', WIDE_CHUNKS],
    ['with wide characters', 'CRLF', WIDE_CHUNKS],
    ['with wide characters', 'CR', WIDE_CHUNKS],
  ] as const)(
    '#56 the stream %s (%s) is the same, split in two at every byte',
    async (_, end, chunks) => {
      const bytes = streamBytes(chunks, end);
      const reference = meaning(await through([bytes]));
      expect(reference.done).toBe(true);
      for (let at = 1; at < bytes.length; at++) {
        const answer = meaning(await through([bytes.subarray(0, at), bytes.subarray(at)]));
        expect({ at, ...answer }).toEqual({ at, ...reference });
      }
    },
    60_000,
  );

  it('#56 the stream is the same, byte by byte', async () => {
    for (const end of ['LF', 'CRLF', 'CR'] as const) {
      const bytes = streamBytes(WIDE_CHUNKS, end);
      const reference = meaning(await through([bytes], true));
      const answer = meaning(
        await through(
          [...bytes].map((byte) => Buffer.of(byte)),
          true,
        ),
      );
      expect(answer).toEqual(reference);
    }
  });

  it('#56 the stream is the same, split anywhere any number of times', async () => {
    const bytes = streamBytes(WIDE_CHUNKS, 'CRLF');
    const reference = meaning(await through([bytes]));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 30 }),
        async (cuts) => {
          const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
          const split = at.slice(1).map((to, i) => bytes.subarray(at[i], to));
          expect(meaning(await through(split))).toEqual(reference);
        },
      ),
      { numRuns: 60 },
    );
  });
});
