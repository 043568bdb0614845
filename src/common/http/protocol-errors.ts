import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import { toEnvelope } from '../errors/error-envelopes.js';
import { toGatewayError } from '../errors/to-gateway-error.js';
import { dialectOfRequest } from './base-paths.js';
import { uploadSockets } from './upload-sockets.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers a request whose path cannot be decoded: it never reaches a route, a hook or a filter. */
export function answerUnroutable(cause: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status } = toGatewayError(cause);
  void reply.header('x-request-id', request.id);
  answerError(request, reply, new GatewayError('invalid_request', 'The path of the URL is not valid.', { status }));
}

/** Answers a failed request in the form of its dialect. */
export function answerError(request: FastifyRequest, reply: FastifyReply, error: GatewayError): void {
  const { status, headers, body } = toEnvelope(dialectOfRequest(request), error, request.id);
  void reply.status(status).headers(headers).header('content-type', JSON_TYPE);
  void reply.send(JSON.stringify(body));
}

/** Answers what is no valid HTTP, or too slow or too large to be read as it, and closes the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && uploadSockets.has(socket)) return;
  // In the middle of an answer another one would become part of it. Node's own handler looks at the same field.
  const isAnswering = Reflect.get(socket, '_httpMessage') != null;
  if (socket.writable && !isAnswering && error.code !== 'ECONNRESET') socket.write(rawAnswer(problemOf(error.code)));
  socket.destroy();
}

function problemOf(code: string | undefined): GatewayError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new GatewayError('headers_too_large', 'The headers of the request are larger than this gateway accepts.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new GatewayError('invalid_request', 'The request took too long to arrive.', { status: 408 });
    default:
      return new GatewayError('invalid_request', 'The request is not valid HTTP.');
  }
}

function rawAnswer(error: GatewayError): string {
  const body = JSON.stringify(error.toBody());
  return [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`,
    `content-type: ${JSON_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
