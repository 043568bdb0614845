import type { IncomingHttpHeaders } from 'node:http';

/** Names this gateway to upstreams; one that comes from a gateway may have come from this one. */
const AGENT = 'asbru';
const HEADER = 'x-asbru-hops';
/** This gateway in a Via header: `1.1 asbru`, perhaps with a comment. */
const VIA_SELF = /(?:^|,)\s*(?:\w+\/)?[\d.]+\s+asbru\b/gi;
const NONE: Readonly<Record<string, string>> = Object.freeze({});

/** How many gateways of this kind the request has passed, as far as its headers tell. */
export function hopsOf(headers: IncomingHttpHeaders): number {
  const stated = Number(headers[HEADER] ?? (headers['user-agent'] === AGENT ? 1 : 0));
  const seen = headers.via?.match(VIA_SELF)?.length ?? 0;
  return Math.max(Number.isNaN(stated) ? 0 : stated, seen);
}

/** What an upstream is told: nothing, unless it is at least the second gateway that the request passes. */
export function hopHeaders(hops: number): Readonly<Record<string, string>> {
  return hops > 0 ? { [HEADER]: String(hops + 1) } : NONE;
}
