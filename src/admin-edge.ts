import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RequestAudit } from './control/audit/request-audit.js';
import { RouteInventory } from './control/auth/access/route-inventory.js';

/** What no cache may keep and no page may frame: answers to administrators hold secrets, and names of people. */
const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
};

/**
 * Writes every route into the inventory as it is registered, administrators' headers on their answers, and what they do
 * into the audit log.
 */
export function watchAccess(app: NestFastifyApplication): void {
  const inventory = app.get(RouteInventory);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', ({ url, method }) => inventory.add(url, method));
  app.get(RequestAudit).watch(fastify);
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url?.startsWith('/admin/')) void reply.headers(HEADERS);
    done();
  });
}
