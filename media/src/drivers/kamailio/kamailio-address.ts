import { BlockList, isIPv6 } from 'node:net';

/** An IP address as Kamailio writes it in `$si`, and so as a key: IPv6 as eight groups without leading zeros and without `::`. */
export function kamailioAddress(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = [], tail] = address.split('::').map((half) => (half === '' ? [] : half.split(':').flatMap(groups)));
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...(tail ?? [])].map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}

/** The address in its common form (RFC 5952). */
export function plainAddress(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

/** Whether an address, as Kamailio writes it or otherwise, lies in one of these networks (`198.51.100.0/24`). */
export function isWithin(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return (address) => list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

/** A group of an IPv6 address; the dotted end of one (`::ffff:192.0.2.1`) as two. */
function groups(group: string): string[] {
  if (!group.includes('.')) return [group];
  const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
  return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
}
