import type { FastifyReply } from 'fastify';
import type { CallContext } from '../context/call-context.js';
import { ANONYMOUS } from '../context/caller.js';
import { anthropicLimits } from './anthropic-headers.js';
import { dialectOfRequest } from './base-paths.js';

/** Longest name in a header, in characters: clients limit what all headers hold. */
const MAX_NAME_LENGTH = 128;

/** Says on an answer or an error which way the request went: provider, model, number of upstream requests. */
export function writeRouteHeaders(reply: FastifyReply, call: CallContext): void {
  const headers = shownHeaders(call);
  reply.headers(headers);
  if (dialectOfRequest(reply.request) === 'anthropic') reply.headers(anthropicLimits(headers, Date.now()));
  if (call.provider) reply.header('x-asbru-provider', call.provider);
  if (call.model) reply.header('x-asbru-model', headerSafe(call.model));
  if (call.provider) reply.header('x-asbru-attempts', String(call.attempts));
}

/**
 * The gateway's own limits stand before the upstream's. Where callers have keys, the upstream's stay here: they tell of an
 * account that all of them share.
 */
function shownHeaders({ headers, limitHeaders, caller }: CallContext): Record<string, string> {
  if (caller === ANONYMOUS) return { ...headers, ...limitHeaders };
  const shown: Record<string, string> = {};
  for (const name in headers) if (!name.startsWith('x-ratelimit-')) shown[name] = headers[name] ?? '';
  return Object.assign(shown, limitHeaders);
}

/** Names come from the caller: what a header cannot hold, or would read as two, is percent-encoded. */
export function headerSafe(value: string): string {
  const short = value.slice(0, MAX_NAME_LENGTH).toWellFormed();
  return /^[\x21-\x2b\x2d-\x7e]+$/.test(short) ? short : encodeURIComponent(short);
}
