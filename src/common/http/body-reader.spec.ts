import { Readable } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { readBody } from './body-reader.js';

const LIMIT = 1_000;
const bytes = Buffer.from('{"a":"é"}');
const streamOf = (...chunks: Buffer[]): Readable => Readable.from(chunks, { objectMode: false });

describe('readBody', () => {
  it('joins what comes in pieces', async () => {
    const pieces = [...bytes].map((byte) => Buffer.of(byte));
    expect(await readBody(streamOf(...pieces), {}, LIMIT)).toEqual(bytes);
  });

  it.each([
    ['gzip', gzipSync(bytes)],
    ['BR', brotliCompressSync(bytes)],
    ['identity', bytes],
  ])('decodes %s', async (encoding, encoded) => {
    expect(await readBody(streamOf(encoded), { 'content-encoding': encoding }, LIMIT)).toEqual(bytes);
  });

  it('refuses what is too large, and reads the rest away', async () => {
    const payload = streamOf(Buffer.alloc(LIMIT), Buffer.alloc(1), Buffer.alloc(LIMIT));
    await expect(readBody(payload, {}, LIMIT)).rejects.toMatchObject({ code: 'request_too_large' });
    await Readable.prototype.toArray.call(payload);
    expect(payload.readableEnded).toBe(true);
  });

  it('refuses what unfolds to too much', async () => {
    const payload = streamOf(gzipSync(Buffer.alloc(100 * LIMIT)));
    const read = readBody(payload, { 'content-encoding': 'gzip' }, LIMIT);
    await expect(read).rejects.toMatchObject({ code: 'request_too_large' });
  });

  it.each(['zstd', 'constructor', '__proto__'])('refuses the encoding %s', async (encoding) => {
    const read = readBody(streamOf(bytes), { 'content-encoding': encoding }, LIMIT);
    await expect(read).rejects.toMatchObject({ code: 'unsupported_media_type' });
  });

  it('refuses what cannot be decoded', async () => {
    const read = readBody(streamOf(bytes), { 'content-encoding': 'gzip' }, LIMIT);
    await expect(read).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
