import { randomUUID } from 'node:crypto';

const CONSTANT = Object.entries({
  'alt-svc': 'h3=":443"; ma=86400',
  server: 'cloudflare',
  'cf-cache-status': 'DYNAMIC',
  'strict-transport-security': 'max-age=3600; includeSubDomains',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'x-content-type-options': 'nosniff',
}).flat();

/**
 * What Cloudflare adds to every answer (wire.md 1.1, captured), flat as node's `writeHead` takes it.
 * A gateway must not hand the cookie on. There is no `x-request-id`.
 */
export function edgeHeaders(contentType: string): string[] {
  const id = randomUUID();
  const ray = id.slice(0, 8) + id.slice(24, 32);
  const cookie = `__cf_bm=${id}-1; HttpOnly; SameSite=None; Secure; Path=/; Domain=api.cerebras.ai`;
  return ['content-type', contentType, 'cf-ray', `${ray}-FRA`, 'set-cookie', cookie, ...CONSTANT];
}
