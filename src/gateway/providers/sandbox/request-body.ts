import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { decodeMsgpack } from './msgpack.js';
import { badRequest, SandboxRefusal, tooLarge } from './sandbox-refusal.js';

/** The body is larger than any API takes. */
export class BodyTooLargeError extends Error {}

/** Ten megabytes of pictures as base64 and a long conversation fit; more is 413. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Collects the raw bytes of a request. @throws BodyTooLargeError as soon as there are too many */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    else reject(new BodyTooLargeError('Total request size exceeds maximum'));
  });
  request.on('end', () => {
    const [only] = chunks;
    resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks));
  });
  request.on('error', reject);
  return promise;
}

function decompress(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding !== 'gzip') throw badRequest(`Unsupported content encoding '${encoding}'`);
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    const tooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw tooLong ? tooLarge('Total request size exceeds maximum') : badRequest('Request body is not valid gzip');
  }
}

/** JSON or MessagePack, each also compressed with gzip (wire.md 1.1). */
export function decodeBody(body: Buffer, headers: IncomingHttpHeaders): unknown {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  const bytes = decompress(body, headers['content-encoding']);
  if (type === 'application/vnd.msgpack') {
    try {
      return decodeMsgpack(bytes);
    } catch {
      throw badRequest('Request body is not valid MessagePack');
    }
  }
  if (type !== 'application/json') {
    throw new SandboxRefusal(415, {
      message: `Unsupported content type '${type ?? ''}'`,
      type: 'invalid_request_error',
      param: 'validation_error',
      code: 'wrong_api_format',
    });
  }
  try {
    const parsed: unknown = JSON.parse(bytes.toString('utf8'));
    return parsed;
  } catch {
    throw badRequest('Request body is not valid JSON');
  }
}
