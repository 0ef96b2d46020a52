import { Emitter, type Listenable } from '@hookswitch/kernel/emitter';
import {
  type MediaRelay,
  type MediaRelayEvents,
  MediaRelaySessionError,
  MediaRelayUnavailableError,
  noRelayFigures,
  type RelayedAnswer,
  type RelayedOffer,
  type RelayFigures,
  type RelayHealth,
  type RelayLoss,
} from '../../port/media-relay.js';
import type { RelaySessionSnapshot } from '../../port/relay-session-snapshot.js';
import { type CarriedSession, MemoryRelayServer, type MemoryRelaySettings } from './memory-relay-server.js';
import { type MediaEnd, mediaEndOf, rewriteDescription } from './rewrite-description.js';

const driver = 'memory';

/** A relay within the process, for plain RTP alone: simulations, and tests of what stands around a relay. */
export class MemoryMediaRelay implements MediaRelay {
  readonly #server: MemoryRelayServer;
  readonly #events = new Emitter<MediaRelayEvents>();
  /** Sessions that it began or took over. */
  readonly #own = new Set<string>();
  #drained = false;

  constructor(settings: MemoryRelaySettings | MemoryRelayServer) {
    this.#server = settings instanceof MemoryRelayServer ? settings : new MemoryRelayServer(settings);
    this.#server.events.on('health', () => {
      for (const relay of this.health()) this.#events.emit('health', relay);
    });
    this.#server.events.on('lost', (id, why) => {
      if (this.#own.delete(id)) this.#events.emit('lost', id, why);
    });
  }

  /** What a later process has: another control of the same relay. It knows no session until it takes some over. */
  another(): MemoryMediaRelay {
    return new MemoryMediaRelay(this.#server);
  }

  get events(): Listenable<MediaRelayEvents> {
    return this.#events;
  }

  get sessions(): number {
    return this.#own.size;
  }

  /** Sessions that the relay carries, whoever controls it. */
  get carried(): number {
    return this.#server.size;
  }

  async start(): Promise<void> {}

  async offer(sessionId: string, offer: RelayedOffer): Promise<string> {
    const isNew = !this.#session(sessionId);
    if (!this.#server.answers || (isNew && this.#drained)) throw new MediaRelayUnavailableError();
    const end = mediaEndOf(offer.sdp);
    return this.#pass(this.#session(sessionId) ?? (await this.#begin(sessionId)), offer, end);
  }

  async answer(sessionId: string, answer: RelayedAnswer): Promise<string> {
    return this.#pass(this.#known(sessionId), answer, mediaEndOf(answer.sdp));
  }

  async query(sessionId: string): Promise<RelayFigures> {
    return figuresOf(this.#known(sessionId));
  }

  async delete(sessionId: string): Promise<RelayFigures> {
    const session = this.#session(sessionId);
    if (!session) return noRelayFigures;
    this.#close(session);
    return figuresOf(session);
  }

  snapshot(sessionId: string): RelaySessionSnapshot | undefined {
    return this.#session(sessionId) && { sessionId, driver, state: {} };
  }

  async takeOver(snapshots: readonly RelaySessionSnapshot[]): Promise<readonly string[]> {
    const carried = snapshots.filter((one) => one.driver === driver && this.#server.get(one.sessionId));
    for (const { sessionId } of carried) this.#own.add(sessionId);
    return carried.map(({ sessionId }) => sessionId);
  }

  drain(address: string, drained: boolean): boolean {
    if (address === driver) this.#drained = drained;
    return address === driver;
  }

  carrierOf(sessionId: string): string | undefined {
    return this.#session(sessionId) && driver;
  }

  health(): readonly RelayHealth[] {
    const failures = { timeout: 0, busy: 0, full: 0, refused: 0, malformed: 0, lost: 0 };
    const { answers: up } = this.#server;
    const { sessions } = this;
    return [{ address: driver, up, drained: this.#drained, weight: 1, sessions, outstanding: 0, failures }];
  }

  async stop(): Promise<void> {
    for (const id of [...this.#own]) await this.delete(id);
  }

  /** As if its process died: every session is lost, and no new one is taken until `comeBack`. */
  die(why: RelayLoss = 'relay-gone'): void {
    this.#server.die(why);
  }

  comeBack(): void {
    this.#server.comeBack();
  }

  async #begin(sessionId: string): Promise<CarriedSession> {
    this.#own.add(sessionId);
    try {
      return await this.#server.begin(sessionId);
    } catch (error) {
      this.#own.delete(sessionId);
      throw error;
    }
  }

  #pass(session: CarriedSession, { from, sdp }: RelayedOffer | RelayedAnswer, end: MediaEnd): string {
    session.ends[from] = end;
    // Who is outside sends to the two outer ports.
    const port = from === 'inside' ? session.port + 2 : session.port;
    return rewriteDescription(sdp, { address: this.#server.address, port });
  }

  #session(sessionId: string): CarriedSession | undefined {
    return this.#own.has(sessionId) ? this.#server.get(sessionId) : undefined;
  }

  #known(sessionId: string): CarriedSession {
    const session = this.#session(sessionId);
    if (!session) throw new MediaRelaySessionError();
    return session;
  }

  #close(session: CarriedSession): void {
    this.#own.delete(session.id);
    this.#server.close(session);
  }
}

function figuresOf({ packets }: CarriedSession): RelayFigures {
  return { inside: { packets: packets.inside }, outside: { packets: packets.outside } };
}
