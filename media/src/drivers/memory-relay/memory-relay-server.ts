import { Emitter, type Listenable } from '@hookswitch/kernel/emitter';
import {
  MediaRelayFullError,
  MediaRelaySessionError,
  MediaRelayUnavailableError,
  type RelayLoss,
  type RelaySide,
} from '../../port/media-relay.js';
import type { MediaEnd } from './rewrite-description.js';

/** Datagrams as a value: real UDP, or a virtual network. */
export interface RelayNetwork {
  bind(
    address: string,
    port: number,
    receiver: { onDatagram(bytes: Uint8Array, address: string, port: number): void; onError(code: string): void },
  ): Promise<RelaySocket>;
}

export interface RelaySocket {
  send(bytes: Uint8Array, length: number, port: number, address: string): void;
  close(): void;
}

export interface MemoryRelaySettings {
  readonly network: RelayNetwork;
  /** Where it takes its ports. */
  readonly address: string;
  /** Range of ports, both ends included; each session takes four. */
  readonly portLow: number;
  readonly portHigh: number;
}

export interface CarriedSession {
  readonly id: string;
  /** First of the four: two towards the inside, two towards the outside. */
  readonly port: number;
  readonly sockets: RelaySocket[];
  readonly ends: Partial<Record<RelaySide, MediaEnd>>;
  readonly packets: Record<RelaySide, number>;
}

/** What stands behind the memory relay, as rtpengine's own process does behind its driver: it has the sessions, and outlives who controls it. */
export class MemoryRelayServer {
  readonly address: string;
  readonly #settings: MemoryRelaySettings;
  readonly #events = new Emitter<{ lost: [sessionId: string, why: RelayLoss]; health: [] }>();
  readonly #sessions = new Map<string, CarriedSession>();
  readonly #free: number[];
  #answers = true;

  constructor(settings: MemoryRelaySettings) {
    this.#settings = settings;
    this.address = settings.address;
    const places = Math.floor((settings.portHigh - settings.portLow + 1) / 4);
    this.#free = Array.from({ length: places }, (_, place) => settings.portLow + place * 4);
  }

  get events(): Listenable<{ lost: [sessionId: string, why: RelayLoss]; health: [] }> {
    return this.#events;
  }

  get answers(): boolean {
    return this.#answers;
  }

  /** Sessions that it carries, whoever began them. */
  get size(): number {
    return this.#sessions.size;
  }

  get(sessionId: string): CarriedSession | undefined {
    return this.#sessions.get(sessionId);
  }

  /** Rejects with `MediaRelayUnavailableError`, `MediaRelayFullError`, and `MediaRelaySessionError` where it was closed meanwhile. */
  async begin(sessionId: string): Promise<CarriedSession> {
    if (!this.#answers) throw new MediaRelayUnavailableError();
    const port = this.#free.shift();
    if (port === undefined) throw new MediaRelayFullError('no ports are free');
    const session: CarriedSession = { id: sessionId, port, sockets: [], ends: {}, packets: { inside: 0, outside: 0 } };
    this.#sessions.set(sessionId, session);
    const sides: readonly RelaySide[] = ['inside', 'inside', 'outside', 'outside'];
    const { address, network } = this.#settings;
    const opened = await Promise.all(
      sides.map((side, at) =>
        network.bind(address, port + at, {
          onDatagram: (bytes) => this.#forward(session, side, at % 2, bytes),
          onError: () => undefined,
        }),
      ),
    );
    session.sockets.push(...opened);
    if (this.#sessions.get(sessionId) === session) return session;
    for (const socket of opened) socket.close();
    throw new MediaRelaySessionError();
  }

  close(session: CarriedSession): void {
    if (!this.#sessions.delete(session.id)) return;
    for (const socket of session.sockets) socket.close();
    this.#free.push(session.port);
  }

  /** As if its process died: every session is lost, and no new one is taken until `comeBack`. */
  die(why: RelayLoss): void {
    this.#answers = false;
    this.#events.emit('health');
    for (const session of [...this.#sessions.values()]) {
      this.close(session);
      this.#events.emit('lost', session.id, why);
    }
  }

  comeBack(): void {
    this.#answers = true;
    this.#events.emit('health');
  }

  /** A packet of one side goes to the other, from the port that the other one sends to. `rtcp` is 1 for the second port of a pair. */
  #forward(session: CarriedSession, from: RelaySide, rtcp: number, bytes: Uint8Array): void {
    if (rtcp === 0) session.packets[from] += 1;
    const to = session.ends[from === 'inside' ? 'outside' : 'inside'];
    const socket = session.sockets[(from === 'inside' ? 2 : 0) + rtcp];
    if (to && to.port !== 0) socket?.send(bytes, bytes.length, to.port + rtcp, to.address);
  }
}
