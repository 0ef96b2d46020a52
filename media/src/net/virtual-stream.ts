import type { SipTarget, Transport } from '../sip/flow.js';
import type { SipReceiver, SipSocket } from './sip-network.js';

/** The far side of a virtual connection attempt. */
export interface VirtualStreamHost {
  accept(peer: VirtualPeer): void;
}

/** One end of a virtual connection, as the other end sees it. */
interface VirtualPeer {
  readonly address: string;
  readonly port: number;
  readonly localPort: number;
  far: VirtualPeer | undefined;
  deliver(bytes: Buffer): void;
  closed(): void;
}

interface Settings {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
  readonly receiver: SipReceiver;
  reach(target: SipTarget): VirtualStreamHost | undefined;
  later(action: () => void): void;
  blocked(a: string, b: string): boolean;
  newConnectionId(): string;
  newPort(): number;
  onClosed(): void;
}

interface Held {
  readonly end: VirtualPeer;
  readonly peerKey: string;
}

/** A TCP, TLS or WebSocket listener (with nothing encrypted and no handshake) of the virtual network: in order, nothing lost, delayed by the network's delay. */
export class VirtualStream implements SipSocket, VirtualStreamHost {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
  readonly #settings: Settings;
  readonly #byId = new Map<string, Held>();
  readonly #byPeer = new Map<string, string>();

  constructor(settings: Settings) {
    this.#settings = settings;
    this.transport = settings.transport;
    this.address = settings.address;
    this.port = settings.port;
  }

  get connections(): number {
    return this.#byId.size;
  }

  send(target: SipTarget, bytes: Buffer): void {
    const named = target.connectionId === undefined ? undefined : this.#byId.get(target.connectionId);
    const known = named ?? this.#byId.get(this.#byPeer.get(`${target.address}:${target.port}`) ?? '');
    const end = known?.end ?? this.#dial(target);
    if (!end?.far) {
      this.#settings.later(() => this.#settings.receiver.sendFailed(target));
      return;
    }
    const { far } = end;
    this.#settings.later(() => {
      if (!this.#settings.blocked(this.address, far.address)) far.deliver(bytes);
    });
  }

  accept(peer: VirtualPeer): void {
    const end = this.#hold(peer.address, peer.port, this.port);
    end.far = peer;
    peer.far = end;
  }

  closeConnection(connectionId: string): void {
    const held = this.#byId.get(connectionId);
    if (!held) return;
    this.#forget(connectionId);
    const { far } = held.end;
    this.#settings.later(() => far?.closed());
  }

  async close(): Promise<void> {
    for (const id of [...this.#byId.keys()]) this.closeConnection(id);
    this.#settings.onClosed();
  }

  #dial(target: SipTarget): VirtualPeer | undefined {
    const host = this.#settings.reach(target);
    if (!host) return undefined;
    const end = this.#hold(target.address, target.port, this.#settings.newPort());
    host.accept(end);
    return end;
  }

  #hold(remoteAddress: string, remotePort: number, localPort: number): VirtualPeer {
    const id = this.#settings.newConnectionId();
    const flow = {
      transport: this.transport,
      localAddress: this.address,
      localPort,
      remoteAddress,
      remotePort,
      connectionId: id,
    };
    const end: VirtualPeer = {
      address: this.address,
      port: localPort,
      localPort,
      far: undefined,
      deliver: (bytes) => {
        if (this.#byId.has(id)) this.#settings.receiver.packet(bytes, flow);
      },
      closed: () => {
        if (!this.#byId.has(id)) return;
        this.#forget(id);
        this.#settings.receiver.connectionClosed(id);
      },
    };
    const peerKey = `${remoteAddress}:${remotePort}`;
    this.#byId.set(id, { end, peerKey });
    this.#byPeer.set(peerKey, id);
    return end;
  }

  #forget(id: string): void {
    const held = this.#byId.get(id);
    this.#byId.delete(id);
    if (held && this.#byPeer.get(held.peerKey) === id) this.#byPeer.delete(held.peerKey);
  }
}
