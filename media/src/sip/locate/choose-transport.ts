import type { Transport } from '../flow.js';
import type { NaptrRecord } from './dns-records.js';

/** A transport that a domain offers, and the name of its SRV records. */
export interface OfferedService {
  readonly transport: Transport;
  readonly name: string;
}

const transportOf: Readonly<Record<string, Transport>> = {
  'SIP+D2U': 'udp',
  'SIP+D2T': 'tcp',
  'SIPS+D2T': 'tls',
};

/**
 * The services that NAPTR records offer and we can use, best first (RFC 3263 4.1): those of transports we have, of TLS alone where the URI is secure.
 * The server's order counts, not ours.
 */
export function chooseTransport(
  records: readonly NaptrRecord[],
  ours: readonly Transport[],
  secure: boolean,
): readonly OfferedService[] {
  return [...records]
    .sort((a, b) => a.order - b.order || a.preference - b.preference)
    .flatMap(({ flags, service, replacement }) => {
      const transport = transportOf[service.toUpperCase()];
      const usable = transport !== undefined && ours.includes(transport) && (!secure || transport === 'tls');
      return usable && flags.toLowerCase() === 's' && replacement !== '' ? [{ transport, name: replacement }] : [];
    });
}

/** The SRV name of a transport (RFC 3263 4.1, RFC 7118 8.6). */
export function serviceName(transport: Transport, domain: string): string {
  const prefix = { udp: '_sip._udp', tcp: '_sip._tcp', tls: '_sips._tcp', ws: '_sip._ws', wss: '_sips._ws' }[transport];
  return `${prefix}.${domain}`;
}
