import { BaseError } from '@hookswitch/kernel/base-error';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = [Address, number];

/** Says whether requests may go to an IP address. Pure: names are resolved elsewhere. */
export interface AddressRules {
  /** Undefined where the address may be connected to, else a few words saying what it is. */
  refusal(address: string): string | undefined;
}

/** An entry of the allow-list is not an address or a CIDR range. */
export class InvalidAllowListError extends BaseError {
  constructor(entry: string) {
    super('invalid', 'invalid-allow-list', `'${entry}' is not an IP address or a range such as 10.0.0.0/8.`);
  }
}

/**
 * Only the public internet, plus what the installation allows.
 *
 * An IPv6 address that carries an IPv4 one which the network takes it to (v4-mapped, RFC 4291 2.5.5.2; NAT64, RFC 6052) is judged by that one. Other
 * tunnels (6to4, Teredo, local NAT64) are refused: where they end cannot be known.
 *
 * @param allowed addresses or CIDR ranges that are allowed although they are private, for example `127.0.0.0/8`. Throws `InvalidAllowListError`.
 */
export function addressRules(allowed: readonly string[] = []): AddressRules {
  const ranges = allowed.map(parseRange);
  return {
    refusal(text) {
      const address = parseAddress(text);
      if (!address) return 'not an IP address';
      if (ranges.some((range) => matches(address, range))) return undefined;
      return whatIsSpecial(address);
    },
  };
}

function parseAddress(text: string): Address | undefined {
  const bare = hexTail(text.replace(/^\[|\]$/g, '').replace(/%.*$/, ''));
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return undefined;
  return unwrap(ipaddr.parse(bare));
}

/** Writes the dotted end of an IPv6 address in hex: `ipaddr.js` takes `::8.8.8.8` for a v4-mapped address, which it is not. */
function hexTail(text: string): string {
  return text.replace(/^(.*:)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/, (_, head: string, ...tail: string[]) => {
    const [a, b, c, d] = tail.slice(0, 4).map(Number) as [number, number, number, number];
    return `${head}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}

const nat64: Range = [ipaddr.IPv6.parse('64:ff9b::'), 96];

function unwrap(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6)) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  if (matches(address, nat64)) return new ipaddr.IPv4(address.toByteArray().slice(12));
  return address;
}

/** Ranges that the registry calls global, or that `ipaddr.js` does not name, and that no webhook has business in. */
const special: readonly (readonly [string, Range])[] = [
  ['a cloud metadata address', [ipaddr.IPv4.parse('168.63.129.16'), 32]],
  ['a site-local address', [ipaddr.IPv6.parse('fec0::'), 10]],
  ['a local NAT64 address', [ipaddr.IPv6.parse('64:ff9b:1::'), 48]],
  ['an IPv4-compatible address', [ipaddr.IPv6.parse('::'), 96]],
];

const globalUnicast: Range = [ipaddr.IPv6.parse('2000::'), 3];

function whatIsSpecial(address: Address): string | undefined {
  const range = address.range();
  if (range !== 'unicast') return `a ${words(range)} address`;
  for (const [what, where] of special) if (matches(address, where)) return what;
  if (address instanceof ipaddr.IPv6 && !matches(address, globalUnicast)) return 'not a global unicast address';
  return undefined;
}

/** `uniqueLocal` → `unique local`. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function matches(address: Address, [network, bits]: Range): boolean {
  if (address instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && address.match(network, bits);
  return network instanceof ipaddr.IPv6 && address.match(network, bits);
}

function parseRange(entry: string): Range {
  try {
    if (entry.includes('/')) return ipaddr.parseCIDR(entry);
    const address = parseAddress(entry);
    if (!address) throw new InvalidAllowListError(entry);
    return [address, address instanceof ipaddr.IPv4 ? 32 : 128];
  } catch {
    throw new InvalidAllowListError(entry);
  }
}
