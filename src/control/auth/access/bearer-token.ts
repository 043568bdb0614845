import type { IncomingMessage } from 'node:http';

const BEARER = /^Bearer +([\x21-\x7e]{1,512})$/i;

/**
 * The token of `Authorization: Bearer`, and of nothing else. Two such headers are none: what stands in front could read
 * the other one.
 */
export function bearerToken({ headers, rawHeaders }: IncomingMessage): string | undefined {
  const token = BEARER.exec(headers.authorization ?? '')?.[1];
  return token !== undefined && countOf(rawHeaders) === 1 ? token : undefined;
}

function countOf(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === 'authorization') count++;
  }
  return count;
}
