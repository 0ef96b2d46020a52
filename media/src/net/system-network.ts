import type { DnsLookup } from '../sip/locate/dns-records.js';
import { dnsResolver } from './dns-resolver.js';
import type { SipNetwork } from './sip-network.js';
import { openSipTcpEndpoint } from './sip-tcp-endpoint.js';
import { openSipTlsEndpoint } from './sip-tls-endpoint.js';
import { openSipUdpEndpoint } from './sip-udp-endpoint.js';

/** The machine's own sockets, and a resolver. */
export function networkWith(dns: DnsLookup): SipNetwork {
  return {
    dns,
    listen(options, receiver) {
      if (options.transport === 'udp') return openSipUdpEndpoint(options, receiver);
      return options.transport === 'tcp'
        ? openSipTcpEndpoint(options, receiver)
        : openSipTlsEndpoint(options, receiver);
    },
  };
}

/** The machine's own sockets and resolver. */
export const systemNetwork: SipNetwork = networkWith(dnsResolver());
