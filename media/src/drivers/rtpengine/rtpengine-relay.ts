import { Emitter, type Listenable } from '@hookswitch/kernel/emitter';
import {
  type MediaRelay,
  type MediaRelayEvents,
  MediaRelayFullError,
  MediaRelayRefusedError,
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
import { TimerSet } from '../../port/timer-set.js';
import type { BencodedDictionary } from './bencode.js';
import { isBundled, withBundleGroup } from './bundle-group.js';
import { figuresOf, type NgOutcome, sdpOf } from './ng-answers.js';
import { NgFailure } from './ng-client.js';
import { answerCommand, deleteCommand, offerCommand } from './ng-commands.js';
import { inOrderOfChoice } from './order-of-choice.js';
import { RtpengineServer } from './rtpengine-server.js';
import type { RtpengineSettings } from './rtpengine-settings.js';
import { readSnapshot, snapshotOf } from './session-snapshot.js';

interface Session {
  readonly id: string;
  readonly server: RtpengineServer;
  /** Branches that answered; offers after that name both sides. */
  answered: boolean;
  /** The far end's last offer bundles its media; so must the answer. */
  bundled: boolean;
  over: boolean;
}

/** Sessions that are asked for at once, where many are. */
const queriesAtOnce = 8;

/** Several rtpengines as one relay. Call-ids are the session ids. */
export class RtpengineRelay implements MediaRelay {
  readonly #settings: RtpengineSettings;
  readonly #servers: readonly RtpengineServer[];
  readonly #events: Emitter<MediaRelayEvents>;
  readonly #sessions = new Map<string, Session>();
  readonly #timers: TimerSet;
  #sweepAt = 0;
  #stopped = false;

  constructor(settings: RtpengineSettings) {
    this.#settings = settings;
    this.#timers = new TimerSet(settings.clock);
    this.#servers = settings.servers.map((address) => new RtpengineServer(address, settings));
    this.#events = new Emitter((error, event) =>
      settings.logger.error({ err: error, event }, 'a listener of the media relay failed'),
    );
  }

  get events(): Listenable<MediaRelayEvents> {
    return this.#events;
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  async start(): Promise<void> {
    await Promise.all(this.#servers.map((server) => this.#lookAndGoOn(server)));
  }

  snapshot(sessionId: string): RelaySessionSnapshot | undefined {
    const session = this.#sessions.get(sessionId);
    return session && snapshotOf(sessionId, { ...session, server: session.server.address });
  }

  async takeOver(snapshots: readonly RelaySessionSnapshot[]): Promise<readonly string[]> {
    const silent = new Set(this.#servers.filter(({ up }) => !up));
    await inTurns(snapshots, queriesAtOnce, async (snapshot) => {
      const session = this.#sessionOf(snapshot);
      if (!session || (await this.#hasForgotten(session, silent))) return;
      this.#remember(session);
    });
    return snapshots.map(({ sessionId }) => sessionId).filter((id) => this.#sessions.has(id));
  }

  drain(address: string, drained: boolean): boolean {
    const server = this.#servers.find((one) => one.address === address);
    if (server) server.drained = drained;
    return server !== undefined;
  }

  carrierOf(sessionId: string): string | undefined {
    return this.#sessions.get(sessionId)?.server.address;
  }

  health(): readonly RelayHealth[] {
    return this.#servers.map(({ health }) => health);
  }

  async offer(sessionId: string, offer: RelayedOffer): Promise<string> {
    if (!offer.sdp.startsWith('v=0')) throw new MediaRelayRefusedError('it does not begin as SDP does');
    const known = this.#sessions.get(sessionId);
    const sdp = known
      ? await this.#within(known, this.#offerCommand(sessionId, offer, known.answered))
      : await this.#begin(sessionId, offer);
    const session = this.#sessions.get(sessionId);
    if (session) session.bundled = offer.from === 'outside' && isBundled(offer.sdp);
    return offer.outside?.ice ? withBundleGroup(sdp) : sdp;
  }

  async answer(sessionId: string, answer: RelayedAnswer): Promise<string> {
    const session = this.#known(sessionId);
    const sdp = await this.#within(session, answerCommand(sessionId, answer));
    session.answered = true;
    return session.bundled ? withBundleGroup(sdp) : sdp;
  }

  async query(sessionId: string): Promise<RelayFigures> {
    const session = this.#known(sessionId);
    const outcome = await this.#ask(session.server, { command: 'query', 'call-id': sessionId });
    if (outcome.kind === 'unknown-call') this.#lose(session, 'media-timeout');
    return figuresOf(answerIn(outcome));
  }

  async delete(sessionId: string): Promise<RelayFigures> {
    const session = this.#sessions.get(sessionId);
    if (!session) return noRelayFigures;
    this.#forget(session);
    const { server } = session;
    const outcome = await server.ask({ command: 'query', 'call-id': sessionId }).catch(() => undefined);
    const removed = this.#remove(server, sessionId);
    if (outcome?.kind !== 'ok') return noRelayFigures;
    await removed;
    return figuresOf(outcome.answer);
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#timers.cancelAll();
    await inTurns([...this.#sessions.keys()], queriesAtOnce, async (id) => {
      await this.delete(id);
    });
    for (const server of this.#servers) server.close();
  }

  /** Tries one relay after the other until one takes it. */
  async #begin(sessionId: string, offer: RelayedOffer): Promise<string> {
    if (this.#stopped) throw new MediaRelayUnavailableError();
    const servers = inOrderOfChoice(this.#servers);
    let full: string | undefined;
    for (const server of servers) {
      const session: Session = { id: sessionId, server, answered: false, bundled: false, over: false };
      // It counts from now on, so that many at once spread.
      this.#remember(session);
      try {
        const outcome = await server.ask(this.#offerCommand(sessionId, offer, false));
        const sdp = outcome.kind === 'ok' ? sdpOf(outcome.answer) : undefined;
        if (session.over) {
          // Deleted meanwhile.
          void this.#remove(server, sessionId);
          throw new MediaRelaySessionError();
        }
        if (sdp !== undefined) return sdp;
        this.#forget(session);
        // It keeps what it began with a description that it then refused, for as long as anything may ring.
        void this.#remove(server, sessionId);
        if (outcome.kind === 'refused') throw new MediaRelayRefusedError(outcome.why);
        if (outcome.kind === 'full') full = outcome.why;
      } catch (error) {
        this.#forget(session);
        if (!(error instanceof NgFailure)) throw error;
        if (error.kind === 'busy') full ??= 'too many commands wait for their answer';
        // What found no answer may have been done all the same.
        else void this.#remove(server, sessionId);
      }
    }
    throw full === undefined ? new MediaRelayUnavailableError() : new MediaRelayFullError(full);
  }

  async #within(session: Session, command: BencodedDictionary): Promise<string> {
    const outcome = await this.#ask(session.server, command);
    if (outcome.kind === 'unknown-call') this.#lose(session, 'relay-restarted');
    const sdp = sdpOf(answerIn(outcome));
    if (sdp === undefined) throw new MediaRelayUnavailableError();
    return sdp;
  }

  async #ask(server: RtpengineServer, command: BencodedDictionary): Promise<NgOutcome> {
    try {
      return await server.ask(command);
    } catch (error) {
      if (error instanceof NgFailure && error.kind === 'busy') throw new MediaRelayFullError('too many commands wait');
      throw new MediaRelayUnavailableError(error);
    }
  }

  #offerCommand(callId: string, offer: RelayedOffer, renewed: boolean): BencodedDictionary {
    return offerCommand(callId, offer, renewed, this.#settings.interfaces);
  }

  /** Deletes what may be there; where there is no answer, once there is. */
  async #remove(server: RtpengineServer, callId: string): Promise<void> {
    try {
      await server.ask(deleteCommand(callId));
    } catch {
      server.owesDelete(callId);
    }
  }

  #sessionOf(snapshot: RelaySessionSnapshot): Session | undefined {
    const state = readSnapshot(snapshot);
    const server = this.#servers.find(({ address }) => address === state?.server);
    if (!state || !server) return undefined;
    return { id: snapshot.sessionId, server, answered: state.answered, bundled: state.bundled, over: false };
  }

  /** Whether its rtpengine says that it does not know the session. One that gave no answer is not asked again: many sessions would wait for it one after the other. */
  async #hasForgotten({ id, server }: Session, silent: Set<RtpengineServer>): Promise<boolean> {
    if (silent.has(server)) return false;
    try {
      return (await server.ask({ command: 'query', 'call-id': id })).kind === 'unknown-call';
    } catch {
      silent.add(server);
      return false;
    }
  }

  #known(sessionId: string): Session {
    const session = this.#sessions.get(sessionId);
    if (!session) throw new MediaRelaySessionError();
    return session;
  }

  #remember(session: Session): void {
    this.#sessions.set(session.id, session);
    session.server.sessions += 1;
  }

  #forget(session: Session): void {
    if (session.over) return;
    session.over = true;
    session.server.sessions -= 1;
    if (this.#sessions.get(session.id) === session) this.#sessions.delete(session.id);
  }

  #lose(session: Session, why: RelayLoss): void {
    if (session.over) return;
    this.#forget(session);
    session.server.count('lost');
    this.#events.emit('lost', session.id, why);
  }

  async #lookAndGoOn(server: RtpengineServer): Promise<void> {
    await this.#look(server);
    if (!this.#stopped) this.#timers.after(this.#settings.lookMs, () => void this.#lookAndGoOn(server));
  }

  async #look(server: RtpengineServer): Promise<void> {
    const wasUp = server.up;
    const sighting = await server.look();
    if (this.#stopped) return;
    if (server.up !== wasUp) {
      this.#settings.logger.warn({ relay: server.address, up: server.up }, 'a media relay changed');
      this.#events.emit('health', server.health);
    }
    if (sighting === 'gone') {
      for (const session of this.#sessionsOf(server)) this.#lose(session, 'relay-gone');
    } else if (sighting === 'restarted') {
      // With a Redis of its own it may have kept them.
      await this.#checkAll(this.#sessionsOf(server), 'relay-restarted');
    } else if (sighting === 'answers') {
      await inTurns(server.takeOwedDeletes(), queriesAtOnce, (callId) => this.#remove(server, callId));
      await this.#checkAll(this.#nextOfSweep(server), 'media-timeout');
    }
  }

  #sessionsOf(server: RtpengineServer): Session[] {
    return [...this.#sessions.values()].filter((session) => session.server === server);
  }

  /** A part of its sessions, another one each time. */
  #nextOfSweep(server: RtpengineServer): Session[] {
    const sessions = this.#sessionsOf(server).filter(({ answered }) => answered);
    const share = Math.ceil(sessions.length / this.#settings.looksPerSweep);
    this.#sweepAt += share;
    return Array.from({ length: share }, (_, at) => sessions[(this.#sweepAt + at) % sessions.length]!);
  }

  async #checkAll(sessions: readonly Session[], why: RelayLoss): Promise<void> {
    await inTurns(sessions, queriesAtOnce, async (session) => {
      if (session.over) return;
      const outcome = await session.server.ask({ command: 'query', 'call-id': session.id }).catch(() => undefined);
      if (outcome?.kind === 'unknown-call') this.#lose(session, why);
    });
  }
}

function answerIn(outcome: NgOutcome): BencodedDictionary {
  switch (outcome.kind) {
    case 'ok':
      return outcome.answer;
    case 'unknown-call':
      throw new MediaRelaySessionError();
    case 'full':
      throw new MediaRelayFullError(outcome.why);
    case 'refused':
      throw new MediaRelayRefusedError(outcome.why);
    case 'malformed':
      throw new MediaRelayUnavailableError();
  }
}

/** Runs `action` for each, so many at a time. */
async function inTurns<T>(all: readonly T[], atOnce: number, action: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async () => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) await action(one);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
}
