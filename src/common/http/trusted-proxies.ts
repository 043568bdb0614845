import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/i;
/** Some proxies append the client's port; IPv6 then stands in brackets. */
const WITH_PORT = /^(?:\[([\da-f:.]+)\](?::\d+)?|([\d.]+):\d+)$/i;
const BITS = { 4: 32, 6: 128 } as const;

interface Network {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Whether text is an address or a network in CIDR notation. */
export function isNetwork(text: string): boolean {
  return networkOf(text) !== undefined;
}

/**
 * Tells the client's address from what its proxies say. `X-Forwarded-For` can be written by anybody, so it is read from
 * the right, and only as far as each hop is a proxy of this list.
 */
export class TrustedProxies {
  private readonly networks = new BlockList();

  /** @param list addresses and CIDR networks, each valid; empty trusts nobody */
  constructor(private readonly list: readonly string[]) {
    for (const network of list.map(networkOf)) {
      if (network) this.networks.addSubnet(network.address, network.bits, network.family);
    }
  }

  /** The address of the client, for the log; undefined when the connection has gone already. */
  clientOf(request: IncomingMessage): string | undefined {
    const peer = request.socket.remoteAddress;
    if (peer === undefined) return undefined;
    const address = bare(peer);
    if (this.list.length === 0) return address;
    const forwarded = request.headers['x-forwarded-for'];
    return typeof forwarded === 'string' ? this.behind(address, forwarded) : address;
  }

  /** The right-most address that is no proxy of ours; nothing is believed that stands left of it or of a gap. */
  private behind(peer: string, forwarded: string): string {
    let client = peer;
    for (const entry of forwarded.split(',').toReversed()) {
      if (!this.trusts(client)) return client;
      const next = bare(entry.trim());
      if (isIP(next) === 0) return client;
      client = next;
    }
    return client;
  }

  private trusts(address: string): boolean {
    return this.networks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
}

/** The address without a port, and an IPv4 client of an IPv6 socket as the IPv4 address that it is. */
function bare(text: string): string {
  const [, six, four] = WITH_PORT.exec(text) ?? [];
  return (six ?? four ?? text).replace(MAPPED_IPV4, '');
}

function networkOf(text: string): Network | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (rest.length > 0 || (version !== 4 && version !== 6)) return undefined;
  const length = bits === undefined ? BITS[version] : Number(bits);
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) return undefined;
  if (length > BITS[version]) return undefined;
  return { address, bits: length, family: version === 4 ? 'ipv4' : 'ipv6' };
}
