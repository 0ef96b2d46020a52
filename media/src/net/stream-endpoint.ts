import type { AddressInfo, Server } from 'node:net';
import type { SipTarget } from '../sip/flow.js';
import type { SipConnections } from './sip-connections.js';
import type { SipSocket } from './sip-network.js';

/** A TCP or TLS listener with its connections, as a `SipSocket`. */
export class StreamEndpoint implements SipSocket {
  readonly transport: 'tcp' | 'tls';
  readonly address: string;
  readonly port: number;
  readonly #server: Server;
  readonly #connections: SipConnections;

  constructor(transport: 'tcp' | 'tls', server: Server, connections: SipConnections) {
    const bound = server.address() as AddressInfo;
    this.transport = transport;
    this.address = bound.address;
    this.port = bound.port;
    this.#server = server;
    this.#connections = connections;
  }

  get connections(): number {
    return this.#connections.size;
  }

  send(target: SipTarget, bytes: Buffer): void {
    this.#connections.send(target, bytes);
  }

  closeConnection(connectionId: string): void {
    this.#connections.closeConnection(connectionId);
  }

  close(): Promise<void> {
    this.#connections.closeAll();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}
