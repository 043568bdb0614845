import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { buildConnector as Connector } from 'undici';
import { buildConnector } from '../undici-parts.js';
import { EgressError, type EgressPolicy, literalOf } from './egress-policy.js';

export interface ConnectorOptions {
  readonly policy: EgressPolicy;
  /** Longest time for TCP and TLS, in milliseconds. */
  readonly timeoutMs: number;
  /** Certificates (PEM) of the only authorities that are trusted; without them, those of Node. */
  readonly ca?: string;
  /** The resolver of names. */
  readonly lookup?: LookupFunction;
}

/**
 * Makes connections to allowed addresses only. A name is checked by the addresses that it gave for this very
 * connection, so an answer that changes between two questions changes nothing. TLS certificates are always verified.
 */
export function guardedConnector({ policy, timeoutMs, ca, lookup }: ConnectorOptions): Connector.connector {
  const connect = buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    // Said here, NODE_TLS_REJECT_UNAUTHORIZED has no say.
    rejectUnauthorized: true,
    lookup: guardedLookup(policy, lookup ?? dnsLookup),
    ...(ca !== undefined && { ca }),
  });
  return (options, callback) => {
    // Node asks no resolver about an address, so no look-up would see it.
    const literal = literalOf(options.hostname);
    if (literal !== undefined && !policy.allows(literal, literal)) {
      return callback(new EgressError(literal, literal), null);
    }
    connect(options, callback);
  };
}

/** A look-up that gives allowed addresses only, and fails when there is none among the answers. */
export function guardedLookup(policy: EgressPolicy, lookup: LookupFunction): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, answer, family) => {
      if (error) return callback(error, '');
      const addresses = listOf(answer, family);
      const allowed = addresses.filter(({ address }) => policy.allows(host, address));
      const [first] = allowed;
      const [refused] = addresses;
      if (first === undefined) {
        const failure = refused ? new EgressError(host, refused.address) : new Error(`No address for ${host}`);
        return callback(Object.assign(failure, !refused && { code: 'ENOTFOUND' }), '');
      }
      if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/** A resolver may answer with one address although all were asked for. */
function listOf(answer: string | LookupAddress[], family: number | undefined): LookupAddress[] {
  return typeof answer === 'string' ? [{ address: answer, family: family ?? 4 }] : answer;
}
