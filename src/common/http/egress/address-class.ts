import { BlockList, isIPv4 } from 'node:net';

/**
 * Where an address leads: to the internet, to this machine, into a network that is not the internet, or to what a cloud
 * tells its machines (their credentials among it).
 */
export type AddressClass = 'public' | 'loopback' | 'private' | 'metadata';

/** Link-local addresses, where clouds serve metadata, and the clouds' own addresses for it outside of them. */
const METADATA = networks([
  '169.254.0.0/16',
  '100.100.100.200/32', // Alibaba
  '168.63.129.16/32', // Azure
  '192.0.0.192/32', // Oracle
  'fe80::/10',
  'fd00:ec2::/32', // AWS
  'fd20:ce::254/128', // Google
]);
/** The unspecified addresses connect to this machine too. */
const LOOPBACK = networks(['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128']);
/** IANA's special-purpose IPv4 registry, multicast and reserved space. */
const PRIVATE_IPV4 = networks([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]);
/** Of IPv6 only 2000::/3 is the internet, but for these: tunnels, documentation, benchmarks. */
const GLOBAL_IPV6 = networks(['2000::/3']);
const SPECIAL_IPV6 = networks(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/** @param address an IPv4 or IPv6 address, without brackets */
export function classOf(address: string): AddressClass {
  if (isIPv4(address)) return classOfIPv4(address);
  const groups = groupsOf(address);
  // The kernel makes an IPv4 connection of it.
  if (startsWith(groups, [0, 0, 0, 0, 0, 0xffff])) return classOfIPv4(ipv4Of(groups, 6));
  const plain = classOfIPv6(address);
  const isTunnelToMetadata = plain === 'private' && embedded(groups).some((inner) => METADATA.check(inner));
  return isTunnelToMetadata ? 'metadata' : plain;
}

function classOfIPv4(address: string): AddressClass {
  if (METADATA.check(address)) return 'metadata';
  if (LOOPBACK.check(address)) return 'loopback';
  return PRIVATE_IPV4.check(address) ? 'private' : 'public';
}

function classOfIPv6(address: string): AddressClass {
  if (METADATA.check(address, 'ipv6')) return 'metadata';
  if (LOOPBACK.check(address, 'ipv6')) return 'loopback';
  return GLOBAL_IPV6.check(address, 'ipv6') && !SPECIAL_IPV6.check(address, 'ipv6') ? 'public' : 'private';
}

/** IPv4 addresses that a translator or tunnel would take out of an IPv6 address. */
function embedded(groups: readonly number[]): string[] {
  const found: string[] = [];
  // IPv4-compatible ::/96, and NAT64: 64:ff9b::/96 and 64:ff9b:1::/48.
  if (startsWith(groups, [0, 0, 0, 0, 0, 0]) || startsWith(groups, [0x64, 0xff9b])) found.push(ipv4Of(groups, 6));
  // 6to4.
  if (startsWith(groups, [0x2002])) found.push(ipv4Of(groups, 1));
  // Teredo: the server, and the client with its bits turned.
  if (startsWith(groups, [0x2001, 0])) {
    found.push(
      ipv4Of(groups, 2),
      ipv4Of(
        groups.map((group) => group ^ 0xffff),
        6,
      ),
    );
  }
  return found;
}

function startsWith(groups: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((group, index) => groups[index] === group);
}

function ipv4Of(groups: readonly number[], at: number): string {
  return [groups[at] ?? 0, groups[at + 1] ?? 0].flatMap((group) => [group >> 8, group & 0xff]).join('.');
}

/** The eight groups of an IPv6 address; a zone (`%eth0`) does not count. */
function groupsOf(address: string): number[] {
  const [bare = ''] = address.split('%');
  // The URL parser writes every form in the same way, an IPv4 tail in hexadecimal too.
  const [head = '', tail] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::');
  const before = numbersOf(head);
  const after = numbersOf(tail ?? '');
  const gap = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: gap }, () => 0), ...after];
}

function numbersOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function networks(list: readonly string[]): BlockList {
  const blocks = new BlockList();
  for (const network of list) {
    const [address = '', bits] = network.split('/');
    blocks.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return blocks;
}
