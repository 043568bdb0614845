import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { toGatewayError } from '../../common/errors/to-gateway-error.js';
import { UnreadableBody } from '../../common/http/unreadable-body.js';
import type { ProviderRegistry } from '../providers/provider-registry.js';
import { hasOperation } from './provider-choice.js';
import { Upload } from './upload/upload.js';

const FORM = 'multipart/form-data';

/**
 * How the bodies of relayed operations are read: not at all while no provider has the operation, and a form not before
 * its handler reads it. To be called before the routes are registered, and before `ignoreBodies`.
 * @param limit of a form, in bytes
 */
export function registerUploads(
  fastify: Pick<FastifyInstance, 'addContentTypeParser' | 'addHook'>,
  providers: ProviderRegistry,
  limit: number,
): void {
  fastify.addHook('onRoute', ({ config }) => {
    const relays = config?.relays;
    if (config && relays) config.ignoreBody = () => !hasOperation(providers, relays.operation);
  });
  fastify.addContentTypeParser(FORM, (request: FastifyRequest, payload, done) => {
    if (request.routeOptions.config.takesUpload !== true) {
      payload.resume();
      return done(null, new UnreadableBody(notJson()));
    }
    try {
      done(null, openUpload(request, limit));
    } catch (error) {
      payload.resume();
      done(null, new UnreadableBody(toGatewayError(error)));
    }
  });
}

function openUpload({ raw }: FastifyRequest, limit: number): Upload {
  const { 'content-type': contentType = '', 'content-length': length, 'content-encoding': encoding } = raw.headers;
  if (encoding !== undefined && encoding !== 'identity') {
    const message = `A form cannot be sent with content-encoding '${encoding.slice(0, 32)}'. Send it as it is.`;
    throw new GatewayError('unsupported_media_type', message);
  }
  return new Upload(raw, { contentType, contentLength: length === undefined ? undefined : Number(length), limit });
}

const notJson = (): GatewayError =>
  new GatewayError('unsupported_media_type', "Send a JSON body with the header 'content-type: application/json'.");
