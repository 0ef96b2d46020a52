import { isIP } from 'node:net';
import { connect, createServer, rootCertificates } from 'node:tls';
import { bindServer } from './bind-server.js';
import { SipConnections } from './sip-connections.js';
import type { SipListenOptions, SipReceiver, SipSocket } from './sip-network.js';
import { StreamEndpoint } from './stream-endpoint.js';

/** SIP over TLS 1.2 or newer. Servers we connect to must prove the name we asked for (RFC 5922), unless the settings say otherwise. */
export async function openSipTlsEndpoint(options: SipListenOptions, receiver: SipReceiver): Promise<SipSocket> {
  const { tls } = options;
  if (!tls) throw new Error('a TLS listener needs a certificate and its key');
  const ca = tls.ca === undefined ? undefined : [...rootCertificates, tls.ca];
  const connections = new SipConnections(
    'tls',
    receiver,
    ({ address, port, serverName = isIP(address) === 0 ? address : undefined }) =>
      connect({
        host: address,
        port,
        minVersion: 'TLSv1.2',
        rejectUnauthorized: tls.verifyPeers ?? true,
        ...(serverName === undefined ? {} : { servername: serverName }),
        ...(ca ? { ca } : {}),
      }),
    options.caps,
  );
  const server = createServer({ cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 });
  server.on('secureConnection', (socket) => connections.accept(socket));
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await bindServer(server, options);
  return new StreamEndpoint('tls', server, connections);
}
