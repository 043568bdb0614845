import type { FastifyInstance, FastifyRequest, RequestPayload } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { toGatewayError } from '../errors/to-gateway-error.js';
import type { BodySource } from '../json/body-source.js';
import { readBody } from './body-reader.js';
import { parseJsonBody } from './json-body.js';
import { UnreadableBody } from './unreadable-body.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The bytes of a large chat. */
    source?: BodySource | undefined;
  }
}

/** Largest body of an administrator's request, in bytes. */
const ADMIN_LIMIT = 1024 * 1024;

/**
 * How request bodies are read: JSON without loss, gzip, deflate and brotli decoded, `limit` bytes at most.
 * Bodies of other media types are not kept. See UnreadableBody for what becomes of a wrong one.
 */
export function registerBodyParsers(fastify: FastifyInstance, limit: number): void {
  fastify.removeAllContentTypeParsers();
  for (const type of ['application/json', /^application\/[\w.+-]+\+json$/]) {
    fastify.addContentTypeParser(type, (request: FastifyRequest, payload: RequestPayload) =>
      readBody(payload, request.headers, limitFor(request, limit))
        .then((bytes) => {
          const { body, source } = parseJsonBody(bytes, isChat(request));
          if (source) request.source = source;
          return body;
        })
        .catch((error: unknown) => new UnreadableBody(toGatewayError(error))),
    );
  }
  fastify.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null, new UnreadableBody(notJson()));
  });
}

/** By the route that was found, not by the URL as it was written. */
function limitFor({ routeOptions: { url } }: FastifyRequest, limit: number): number {
  return url?.startsWith('/admin/') ? Math.min(limit, ADMIN_LIMIT) : limit;
}

/** The one operation whose request is written from the bytes that came. */
function isChat({ routeOptions: { url } }: FastifyRequest): boolean {
  return url?.endsWith('/chat/completions') ?? false;
}

const notJson = (): GatewayError =>
  new GatewayError('unsupported_media_type', "Send a JSON body with the header 'content-type: application/json'.");
