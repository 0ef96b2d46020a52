/** The address of a peer as it is written elsewhere: IPv4 peers of a dual-stack socket come as `::ffff:192.0.2.1` (RFC 4291 2.5.5.2). */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
