import { isIP } from 'node:net';
import { isWebSocket, type SipTarget, type Transport } from '../flow.js';
import type { SipUri } from '../parse/uri.js';

/**
 * Where a request within a dialog goes: to the URI of the first route or of the remote target (RFC 3261 8.1.2), unless that URI cannot be right. A
 * phone behind NAT puts a private address in its Contact; what reaches it is the way its own packets came (RFC 3581, RFC 5626 in spirit), and over
 * TCP, TLS and WebSocket the connection it opened (RFC 7118 5.3).
 *
 * `maddr` stands in for the host (RFC 3261 19.1.1), as proxies of RFC 2543 wrote it in Record-Route.
 *
 * On TLS an address within the dialog is whose name the peer was reached by: its certificate has that, seldom an address (RFC 5922 4).
 *
 * `viaProxy`: the URI is a route, so the peer of `path` is the proxy it names.
 */
export function nextHop(uri: SipUri, path: SipTarget, viaProxy: boolean): SipTarget {
  const host = hostToAsk(uri);
  const named = readTransport(uri);
  if (uri.scheme === 'tel' || host.endsWith('.invalid') || isWebSocket(path.transport)) return path;
  const same = host === path.address;
  const literal = same || isIP(host) !== 0;
  if (literal && !same && isPrivate(host) && !isPrivate(path.address)) return path;
  const samePeer = literal ? same : viaProxy;
  const transport = named ?? (samePeer ? path.transport : 'udp');
  const port = uri.port ?? (transport === 'tls' ? 5061 : 5060);
  const target: SipTarget = {
    transport,
    address: host,
    port,
    namedBy: { peerAt: path.address },
    ...(uri.port === undefined && !literal ? { defaultPort: true } : {}),
    ...(transport === 'tls' && literal && path.serverName !== undefined ? { serverName: path.serverName } : {}),
  };
  if (transport !== path.transport) return target;
  const socket = {
    ...(path.localAddress === undefined ? {} : { localAddress: path.localAddress }),
    ...(path.localPort === undefined ? {} : { localPort: path.localPort }),
  };
  if (transport === 'udp') return { ...target, ...socket };
  return samePeer && path.connectionId !== undefined ? { ...target, connectionId: path.connectionId } : target;
}

function hostToAsk({ host, params }: SipUri): string {
  const named = params.get('maddr')?.replace(/^\[(.*)\]$/, '$1');
  return named !== undefined && (isIP(named) !== 0 || /^[a-z0-9.-]+$/i.test(named)) ? named : host;
}

function readTransport(uri: SipUri): Transport | undefined {
  if (uri.scheme === 'sips') return 'tls';
  const name = uri.params.get('transport')?.toLowerCase();
  return name === 'udp' || name === 'tcp' || name === 'tls' ? name : undefined;
}

/** Addresses nobody outside can reach: RFC 1918, 6598, 3927, 4193, loopback, unspecified. */
export function isPrivate(address: string): boolean {
  if (address.includes(':')) return /^(?:::1?$|f[cd]|fe[89ab])/i.test(address);
  const [a = 0, b = 0] = address.split('.').map(Number);
  return (
    a === 10 ||
    a === 127 ||
    a === 0 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b < 128)
  );
}
