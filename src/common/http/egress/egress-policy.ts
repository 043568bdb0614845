import { isIP } from 'node:net';
import { type AddressClass, classOf } from './address-class.js';

/** What an operator allows beyond the addresses that he wrote himself. */
export interface EgressRules {
  /** Whether names may lead to private and loopback addresses, and a literal link-local one is meant. */
  readonly allowPrivateAddresses: boolean;
}

/** Names that public DNS cannot hold: without a dot, or under what is reserved for private networks (RFC 6762, 8375, ICANN). */
const PRIVATE_NAME = /^[^.]+\.?$|\.(?:local|internal|home\.arpa)\.?$/i;
/** RFC 6761: localhost and all below it are this machine. */
const LOCALHOST = /^(?:.+\.)?localhost\.?$/i;

/**
 * Which addresses a host of the configuration may lead to (docs/decisions/014-egress.md). Who writes a private address,
 * `localhost` or a name that can only be private means it; what a public name leads to is somebody else's choice. A
 * link-local address has to be written and allowed, because clouds give their machines' credentials away there.
 */
export class EgressPolicy {
  constructor(private readonly rules: EgressRules) {}

  /** @param host as in a URL, or without the brackets of an IPv6 address */
  allows(host: string, address: string): boolean {
    const { allowPrivateAddresses } = this.rules;
    const isLiteral = literalOf(host) !== undefined;
    const kind = classOf(address);
    if (kind === 'public') return true;
    if (kind === 'metadata') return isLiteral && allowPrivateAddresses;
    if (isLiteral || allowPrivateAddresses) return true;
    if (LOCALHOST.test(host)) return kind === 'loopback';
    return PRIVATE_NAME.test(host);
  }
}

/** The host as an address, when it is one: without the brackets of a URL. */
export function literalOf(host: string): string | undefined {
  const bare = host.startsWith('[') ? host.slice(1, -1) : host;
  return isIP(bare) === 0 ? undefined : bare;
}

/** A host led to an address that the policy does not allow; nothing was sent. The message names no address. */
export class EgressError extends Error {
  override readonly name = 'EgressError';

  constructor(
    readonly host: string,
    readonly address: string,
  ) {
    super(messageFor(classOf(address)));
  }
}

function messageFor(kind: AddressClass): string {
  if (kind === 'metadata') {
    return "The provider's base_url leads to a link-local address, which is not connected to: clouds keep metadata there.";
  }
  return (
    "The provider's base_url leads to a private address, which is not connected to. If that is meant, its operator must " +
    'set allow_private_addresses: true on the provider (without a file: ASBRU_ALLOW_PRIVATE_ADDRESSES=on).'
  );
}
