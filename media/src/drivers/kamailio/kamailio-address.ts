import { BlockList, isIPv6 } from 'node:net';

/** The address in its common form (RFC 5952), whatever form this Kamailio writes IPv6 in. */
export function plainAddress(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

/** Whether an address, however written, lies in one of these networks (`198.51.100.0/24`). */
export function isWithin(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return (address) => list.check(address, familyOf(address));
}

/** What can be no key of a table, since versions of Kamailio write it differently, as a network: an IPv6 address. */
export function asNetwork(source: string): string {
  return isIPv6(source) ? `${source}/128` : source;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
