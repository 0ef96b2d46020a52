import { connect, createServer } from 'node:net';
import { bindServer } from './bind-server.js';
import { SipConnections } from './sip-connections.js';
import type { SipListenOptions, SipReceiver, SipSocket } from './sip-network.js';
import { StreamEndpoint } from './stream-endpoint.js';

/** SIP over TCP (RFC 3261 18). */
export async function openSipTcpEndpoint(options: SipListenOptions, receiver: SipReceiver): Promise<SipSocket> {
  const connections = new SipConnections(
    'tcp',
    receiver,
    (target) => connect({ host: target.address, port: target.port }),
    options.caps,
  );
  const server = createServer((socket) => connections.accept(socket));
  await bindServer(server, options);
  return new StreamEndpoint('tcp', server, connections);
}
