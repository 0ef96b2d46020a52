import { Emitter, type Listenable } from '@hookswitch/kernel/emitter';
import {
  type MediaRelay,
  type MediaRelayEvents,
  MediaRelayFullError,
  MediaRelaySessionError,
  MediaRelayUnavailableError,
  noRelayFigures,
  type RelayedAnswer,
  type RelayedOffer,
  type RelayedStream,
  type RelayFigures,
  type RelayHealth,
  type RelayLoss,
  type RelaySide,
} from '../../port/media-relay.js';
import { type MediaEnd, mediaEndOf, rewriteDescription } from './rewrite-description.js';

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

interface Session {
  readonly id: string;
  /** First of the four: two towards the inside, two towards the outside. */
  readonly port: number;
  readonly sockets: RelaySocket[];
  readonly ends: Partial<Record<RelaySide, MediaEnd>>;
  readonly packets: Record<RelaySide, number>;
}

/** A relay within the process, for plain RTP alone: simulations, and tests of what stands around a relay. */
export class MemoryMediaRelay implements MediaRelay {
  readonly #settings: MemoryRelaySettings;
  readonly #events = new Emitter<MediaRelayEvents>();
  readonly #sessions = new Map<string, Session>();
  readonly #free: number[];
  #answers = true;

  constructor(settings: MemoryRelaySettings) {
    this.#settings = settings;
    const places = Math.floor((settings.portHigh - settings.portLow + 1) / 4);
    this.#free = Array.from({ length: places }, (_, place) => settings.portLow + place * 4);
  }

  get events(): Listenable<MediaRelayEvents> {
    return this.#events;
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  async start(): Promise<void> {}

  async offer(sessionId: string, offer: RelayedOffer): Promise<string> {
    if (!this.#answers) throw new MediaRelayUnavailableError();
    const end = mediaEndOf(offer.sdp);
    const session = this.#sessions.get(sessionId) ?? (await this.#begin(sessionId));
    return this.#pass(session, offer, end);
  }

  async answer(sessionId: string, answer: RelayedAnswer): Promise<string> {
    return this.#pass(this.#known(sessionId), answer, mediaEndOf(answer.sdp));
  }

  async query(sessionId: string): Promise<RelayFigures> {
    return figuresOf(this.#known(sessionId));
  }

  async delete(sessionId: string): Promise<RelayFigures> {
    const session = this.#sessions.get(sessionId);
    if (!session) return noRelayFigures;
    this.#close(session);
    return figuresOf(session);
  }

  health(): readonly RelayHealth[] {
    const failures = { timeout: 0, busy: 0, full: 0, refused: 0, malformed: 0, lost: 0 };
    const { size: sessions } = this.#sessions;
    return [{ address: 'memory', up: this.#answers, weight: 1, sessions, outstanding: 0, failures }];
  }

  async stop(): Promise<void> {
    for (const session of [...this.#sessions.values()]) this.#close(session);
  }

  /** As if its process died: every session is lost, and no new one is taken until `comeBack`. */
  die(why: RelayLoss = 'relay-gone'): void {
    this.#answers = false;
    this.#tellHealth();
    for (const session of [...this.#sessions.values()]) {
      this.#close(session);
      this.#events.emit('lost', session.id, why);
    }
  }

  comeBack(): void {
    this.#answers = true;
    this.#tellHealth();
  }

  #tellHealth(): void {
    for (const relay of this.health()) this.#events.emit('health', relay);
  }

  #pass(session: Session, { from, sdp }: RelayedOffer | RelayedAnswer, end: MediaEnd): string {
    session.ends[from] = end;
    // Who is outside sends to the two outer ports.
    const port = from === 'inside' ? session.port + 2 : session.port;
    return rewriteDescription(sdp, { address: this.#settings.address, port });
  }

  async #begin(sessionId: string): Promise<Session> {
    const port = this.#free.shift();
    if (port === undefined) throw new MediaRelayFullError('no ports are free');
    const session: Session = { id: sessionId, port, sockets: [], ends: {}, packets: { inside: 0, outside: 0 } };
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
    // Deleted meanwhile.
    if (this.#sessions.get(sessionId) === session) return session;
    for (const socket of opened) socket.close();
    throw new MediaRelaySessionError();
  }

  /** A packet of one side goes to the other, from the port that the other one sends to. `rtcp` is 1 for the second port of a pair. */
  #forward(session: Session, from: RelaySide, rtcp: number, bytes: Uint8Array): void {
    if (rtcp === 0) session.packets[from] += 1;
    const to = session.ends[from === 'inside' ? 'outside' : 'inside'];
    const socket = session.sockets[(from === 'inside' ? 2 : 0) + rtcp];
    if (to && to.port !== 0) socket?.send(bytes, bytes.length, to.port + rtcp, to.address);
  }

  #known(sessionId: string): Session {
    const session = this.#sessions.get(sessionId);
    if (!session) throw new MediaRelaySessionError();
    return session;
  }

  #close(session: Session): void {
    this.#sessions.delete(session.id);
    for (const socket of session.sockets) socket.close();
    this.#free.push(session.port);
  }
}

function figuresOf({ packets }: Session): RelayFigures {
  const stream = (side: RelaySide): RelayedStream => ({ ...noRelayFigures[side], packets: packets[side] });
  return { inside: stream('inside'), outside: stream('outside') };
}
