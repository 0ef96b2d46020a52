import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { SipNetwork } from './sip-network.js';
import { openSipTcpEndpoint } from './sip-tcp-endpoint.js';
import { openSipTlsEndpoint } from './sip-tls-endpoint.js';
import { openSipUdpEndpoint } from './sip-udp-endpoint.js';

/** The machine's own sockets and resolver. Plain host names only (A and AAAA); NAPTR and SRV (RFC 3263) are not looked up yet. */
export const systemNetwork: SipNetwork = {
  listen(options, receiver) {
    if (options.transport === 'udp') return openSipUdpEndpoint(options, receiver);
    return options.transport === 'tcp' ? openSipTcpEndpoint(options, receiver) : openSipTlsEndpoint(options, receiver);
  },
  async resolve(host) {
    if (isIP(host)) return [host];
    try {
      return (await lookup(host, { all: true, order: 'ipv4first' })).map(({ address }) => address);
    } catch {
      return [];
    }
  },
};
