import type { IncomingHttpHeaders } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { GatewayError } from '../errors/gateway-error.js';

const DECODERS = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/**
 * Reads a request's body into memory, decoded: `limit` bytes at most before and after decoding, so that a small body
 * cannot unfold into a large one. Of a body that is refused, the rest is thrown away as it arrives, so that the
 * connection can be used again; the server's request timeout bounds how long.
 */
export function readBody(payload: Readable, headers: IncomingHttpHeaders, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const refuse = (error: GatewayError): void => {
      payload.unpipe();
      payload.resume();
      reject(error);
    };
    if (Number(headers['content-length']) > limit) return refuse(tooLarge());
    const decoder = decoderFor(headers['content-encoding']);
    if (decoder instanceof GatewayError) return refuse(decoder);
    payload.on('error', () => refuse(new GatewayError('invalid_request', 'The request body ended early.')));
    const chunks: Buffer[] = [];
    let length = 0;
    const source = decoder ? payload.pipe(decoder) : payload;
    const collect = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= limit) return void chunks.push(chunk);
      source.off('data', collect);
      decoder?.destroy();
      refuse(tooLarge());
    };
    source.on('data', collect);
    source.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length)));
    decoder?.on('error', () => refuse(notDecodable(headers['content-encoding'])));
  });
}

function decoderFor(encoding: string | undefined): Transform | undefined | GatewayError {
  if (encoding === undefined || encoding === 'identity') return undefined;
  return DECODERS.get(encoding.toLowerCase())?.() ?? unknownEncoding(encoding);
}

const tooLarge = (): GatewayError =>
  new GatewayError('request_too_large', 'The request body is larger than this gateway accepts.');

function notDecodable(encoding: string | undefined): GatewayError {
  return new GatewayError('invalid_request', `The request body is not valid ${encoding ?? 'data'}.`);
}

function unknownEncoding(encoding: string): GatewayError {
  const message = `Unsupported content-encoding '${encoding.slice(0, 32)}'. Use gzip, deflate, br or none.`;
  return new GatewayError('unsupported_media_type', message);
}
