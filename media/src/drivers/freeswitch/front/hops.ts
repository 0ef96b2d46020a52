import type { Flow, SipTarget, Transport } from '../../../sip/flow.js';
import { hostPortText, type SipUri } from '../../../sip/parse/uri.js';
import { defaultPort, type OwnPlace } from './front-sockets.js';

/** Where a URI leads. */
export function hopOf({ scheme, host, port, params }: SipUri): SipTarget {
  const transport = scheme === 'sips' ? 'tls' : transportNamed(params.get('transport') ?? 'udp');
  return { transport, address: host, port: port ?? defaultPort(transport) };
}

/** By its name in a URI or a Via; UDP for what we do not know. */
export function transportNamed(name: string): Transport {
  return known.find((each) => each === name.toLowerCase()) ?? 'udp';
}

const known: readonly Transport[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];

/** A Record-Route of ours. `peer`: whoever is reached on its own connection alone stands in it, so that later requests find the way back (RFC 5626 5.1). */
export function routeThrough({ host, port, transport }: OwnPlace, peer?: SipTarget): string {
  const user = peer ? `${tokenOf(peer)}@` : '';
  const by = transport === 'udp' ? '' : `;transport=${transport}`;
  return `<sip:${user}${hostPortText(host, port)}${by};lr>`;
}

/** Whom a Record-Route of ours stands for; undefined where it names nobody. */
export function peerIn({ user }: SipUri): SipTarget | undefined {
  const [transport, address, port] = Buffer.from(user, 'base64url').toString('latin1').split(' ');
  const isWhole = address !== undefined && /^\d{1,5}$/.test(port ?? '');
  return isWhole ? { transport: transportNamed(transport!), address, port: Number(port) } : undefined;
}

/** Who sent a packet, as somebody to send to. */
export function peerOf({ transport, remoteAddress, remotePort }: Flow): SipTarget {
  return { transport, address: remoteAddress, port: remotePort };
}

function tokenOf({ transport, address, port }: SipTarget): string {
  return Buffer.from(`${transport} ${address} ${port}`, 'latin1').toString('base64url');
}
