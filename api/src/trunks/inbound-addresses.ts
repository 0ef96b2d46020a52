import type { FieldError } from '@hookswitch/kernel/base-error';
import ipaddr from 'ipaddr.js';

/** Networks wider than these would take calls from half the Internet. */
const widest = { ipv4: 16, ipv6: 32 };

export type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** An IP address or CIDR network; undefined where it is neither. IPv4 written as IPv6 counts as IPv4. */
export function parseNetwork(text: string): Network | undefined {
  if (text.includes('/')) {
    if (!ipaddr.isValidCIDR(text)) return undefined;
    const [address, bits] = ipaddr.parseCIDR(text);
    return [address, bits];
  }
  if (!ipaddr.IPv6.isValid(text) && !ipaddr.IPv4.isValidFourPartDecimal(text)) return undefined;
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** An address, or a network without the bits that do not count, in the form of RFC 5952 and RFC 4632: `203.0.113.66`, `203.0.113.0/24`. */
export function commonForm([address, bits]: Network): string {
  if (bits === (address.kind() === 'ipv4' ? 32 : 128)) return address.toString();
  const family = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${family.networkAddressFromCIDR(`${address.toString()}/${bits}`).toString()}/${bits}`;
}

/** What is wrong with a trunk's inbound addresses. */
export function addressFaults(addresses: readonly string[]): FieldError[] {
  return addresses.flatMap((text, index) => {
    const pointer = `/inbound/addresses/${index}`;
    const network = parseNetwork(text);
    if (!network) return [{ pointer, message: 'must be an IP address or a network such as 192.0.2.0/28' }];
    const least = widest[network[0].kind()];
    return network[1] < least ? [{ pointer, message: `is too wide: at least /${least}` }] : [];
  });
}

/** Whether two networks have an address in common. */
export function overlap(a: string, b: string): boolean {
  const [one, other] = [parseNetwork(a), parseNetwork(b)];
  if (!one || !other || one[0].kind() !== other[0].kind()) return false;
  return one[0].match(other[0] as never, Math.min(one[1], other[1]));
}
