import type { Transport } from '../sip/flow.js';
import type { DnsLookup } from '../sip/locate/dns-records.js';
import { dnsResolver } from './dns-resolver.js';
import type { SipNetwork } from './sip-network.js';
import { openSipTcpEndpoint } from './sip-tcp-endpoint.js';
import { openSipTlsEndpoint } from './sip-tls-endpoint.js';
import { openSipUdpEndpoint } from './sip-udp-endpoint.js';
import { openSipWebSocketEndpoint } from './sip-web-socket-endpoint.js';

const openers: Readonly<Record<Transport, SipNetwork['listen']>> = {
  udp: openSipUdpEndpoint,
  tcp: openSipTcpEndpoint,
  tls: openSipTlsEndpoint,
  ws: openSipWebSocketEndpoint,
  wss: openSipWebSocketEndpoint,
};

/** The machine's own sockets, and a resolver. */
export function networkWith(dns: DnsLookup): SipNetwork {
  return {
    dns,
    listen(options, receiver) {
      return openers[options.transport](options, receiver);
    },
  };
}

/** The machine's own sockets and resolver. */
export const systemNetwork: SipNetwork = networkWith(dnsResolver());
