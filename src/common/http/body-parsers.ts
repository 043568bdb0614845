import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { FastifyInstance, FastifyRequest, RequestPayload } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { NOT_JSON, parseJsonBody } from './json-body.js';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * How request bodies are read: JSON without loss, gzip, deflate and brotli decoded, `limit` bytes at most after
 * decoding, so that a small body cannot unfold into a large one. Other media types are not read at all.
 */
export function registerBodyParsers(fastify: FastifyInstance, limit: number): void {
  fastify.removeAllContentTypeParsers();
  const json = { parseAs: 'buffer', bodyLimit: limit } as const;
  for (const type of ['application/json', /^application\/[\w.+-]+\+json$/]) {
    fastify.addContentTypeParser<Buffer>(type, json, (_request, body, done) => {
      try {
        done(null, parseJsonBody(body));
      } catch (error) {
        done(asError(error));
      }
    });
  }
  fastify.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null, NOT_JSON);
  });
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') return done(null, payload);
    try {
      done(null, decoded(request, payload, encoding.toLowerCase()));
    } catch (error) {
      done(asError(error));
    }
  });
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function decoded(request: FastifyRequest, payload: RequestPayload, encoding: string): RequestPayload {
  const create = DECODERS[encoding];
  if (!create) {
    throw new GatewayError(
      'unsupported_media_type',
      `Unsupported content-encoding '${encoding.slice(0, 32)}'. Use gzip, deflate, br or none.`,
    );
  }
  const decoder: RequestPayload & Transform = create();
  // Fastify compares what was received with content-length, which counts encoded bytes.
  decoder.receivedEncodedLength = 0;
  payload.on('data', (chunk: Buffer) => {
    decoder.receivedEncodedLength = (decoder.receivedEncodedLength ?? 0) + chunk.length;
  });
  payload.on('error', (error) => decoder.emit('error', error));
  delete request.headers['content-encoding'];
  return payload.pipe(decoder);
}
