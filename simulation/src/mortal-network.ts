import type {
  DatagramReceiver,
  MediaNetwork,
  MediaSocket,
} from '@hookswitch/media/drivers/embedded/media-plane/media-network';
import type { SipListenOptions, SipNetwork, SipReceiver, SipSocket } from '@hookswitch/media/net/sip-network';
import type { DnsLookup } from '@hookswitch/media/sip/locate/dns-records';
import type { Mortal } from './mortal.js';

/**
 * The network as one process (or phone) has it: its sockets close when it dies. Sound towards ports that nobody listens to for its own sake (see `deaf`) is counted
 * and not carried, which is what makes lives cheap.
 */
export class MortalNetwork implements SipNetwork, MediaNetwork {
  readonly #network: SipNetwork & MediaNetwork;
  readonly #mortal: Mortal;
  readonly #deaf: Deaf;
  readonly #sockets = new Set<{ close(): unknown }>();

  constructor(network: SipNetwork & MediaNetwork, mortal: Mortal, deaf: Deaf) {
    this.#network = network;
    this.#mortal = mortal;
    this.#deaf = deaf;
    mortal.onDeath(() => {
      for (const socket of this.#sockets) void socket.close();
      this.#sockets.clear();
    });
  }

  /** Sockets open now. */
  get open(): number {
    return this.#sockets.size;
  }

  readonly dns: DnsLookup = {
    addresses: (host) => this.#mortal.guard(this.#network.dns.addresses(host)),
    srv: (name) => this.#mortal.guard(this.#network.dns.srv(name)),
    naptr: (domain) => this.#mortal.guard(this.#network.dns.naptr(domain)),
  };

  async listen(options: SipListenOptions, receiver: SipReceiver): Promise<SipSocket> {
    const socket = await this.#network.listen(options, {
      packet: (bytes, flow) => {
        if (this.#mortal.alive) receiver.packet(bytes, flow);
      },
      connectionClosed: (id) => {
        if (this.#mortal.alive) receiver.connectionClosed(id);
      },
      sendFailed: (target) => {
        if (this.#mortal.alive) receiver.sendFailed(target);
      },
    });
    this.#sockets.add(socket);
    return {
      transport: socket.transport,
      address: socket.address,
      port: socket.port,
      get connections() {
        return socket.connections;
      },
      send: (target, bytes) => {
        if (this.#mortal.alive) socket.send(target, bytes);
      },
      closeConnection: (id) => socket.closeConnection(id),
      close: async () => {
        this.#sockets.delete(socket);
        await socket.close();
      },
    };
  }

  async bind(address: string, port: number, receiver: DatagramReceiver): Promise<MediaSocket> {
    const socket = await this.#network.bind(address, port, {
      onDatagram: (bytes, from, fromPort) => {
        if (this.#mortal.alive) receiver.onDatagram(bytes, from, fromPort);
      },
      onError: (code) => receiver.onError(code),
    });
    this.#sockets.add(socket);
    return {
      send: (bytes, length, toPort, toAddress) => {
        if (!this.#mortal.alive) return;
        if (this.#deaf.is(toAddress, toPort)) this.#deaf.packets++;
        else socket.send(bytes, length, toPort, toAddress);
      },
      close: () => {
        this.#sockets.delete(socket);
        socket.close();
      },
    };
  }
}

/** Where sound may go unheard. */
export class Deaf {
  /** Packets that were not carried. */
  packets = 0;
  readonly #ports = new Set<string>();

  add(address: string, port: number): void {
    this.#ports.add(`${address}:${port}`);
  }

  remove(address: string, port: number): void {
    this.#ports.delete(`${address}:${port}`);
  }

  is(address: string, port: number): boolean {
    return this.#ports.has(`${address}:${port}`);
  }
}
