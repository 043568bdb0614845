import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The route answers without its request's body, whatever it is: nothing parses or keeps it. A function is asked
     * for each request.
     */
    ignoreBody?: boolean | (() => boolean);
  }
}

/** The gateway's own media type: its parser throws the bytes away as they arrive. */
const IGNORED = 'application/vnd.asbru.ignored';

/**
 * Makes Fastify honour `ignoreBody` of a route's config. Without it an upload would be refused for its media type (415),
 * its size (413) or its syntax (400) before the route could say what is really wrong with it.
 * To be called before the routes are registered.
 */
export function ignoreBodies(fastify: Pick<FastifyInstance, 'addContentTypeParser' | 'addHook'>): void {
  fastify.addContentTypeParser(IGNORED, (_request, payload, done) => {
    // Read to the end, because a client that is cut off while it sends may never see the answer.
    payload.resume();
    done(null);
  });
  // On the routes themselves, so that no other request pays for the hook.
  fastify.addHook('onRoute', (route) => {
    const ignoreBody = route.config?.ignoreBody ?? false;
    if (ignoreBody === false) return;
    const relabel = (request: FastifyRequest, _reply: unknown, done: () => void): void => {
      if (ignoreBody === true || ignoreBody()) request.raw.headers['content-type'] = IGNORED;
      done();
    };
    route.onRequest = [route.onRequest ?? []].flat().concat(relabel);
  });
}
