import { Emitter, type Listenable } from '@hookswitch/kernel/emitter';
import type {
  CallEngine,
  Connection,
  DialRequest,
  EngineAddresses,
  EngineEvents,
  EngineGauges,
  EngineRefusals,
  ExpectedCall,
  OutboundRegistration,
} from '../../port/call-engine.js';
import { ConditionWait } from '../../port/condition-wait.js';
import type { Conference, ConferenceOptions } from '../../port/conference.js';
import { Conferences } from '../../port/conferences.js';
import { dialogMark } from '../../port/dialog-mark.js';
import type { LegSnapshot, RestoredLeg } from '../../port/leg-snapshot.js';
import type { CallFacts, LiveCall } from '../../port/live-call.js';
import { MediaRelaySessionError } from '../../port/media-relay.js';
import { defaultReliableProvisionals, type ReliableProvisionals } from '../../port/reliable-provisionals.js';
import { TimerSet } from '../../port/timer-set.js';
import { DigestVerifier } from '../../sip/auth/digest-verifier.js';
import { behindEdge } from '../../sip/behind-edge.js';
import { type Flow, type SipTarget, senderOf } from '../../sip/flow.js';
import { dialFacts } from '../../sip/identity/dial-facts.js';
import { type Challenge, SourceIdentifier } from '../../sip/identity/source-identifier.js';
import type { SipRequest } from '../../sip/parse/message.js';
import { RegistrarDesk } from '../../sip/registrar/registrar-desk.js';
import type { IncomingRequest, SipEvent } from '../../sip/sip-event.js';
import { allow } from '../../sip/stack.js';
import { callFacts } from './call-facts.js';
import { ConferenceRooms } from './conference-rooms.js';
import { EmbeddedLeg, type SessionEvent } from './embedded-leg.js';
import {
  defaultCodecs,
  defaultEngineLimits,
  defaultEngineTimers,
  type EmbeddedEngineSettings,
  type EngineLimits,
} from './embedded-settings.js';
import { findReplaced } from './find-replaced.js';
import { FloodGuard } from './flood-guard.js';
import { InboundLeg } from './inbound-leg.js';
import { endpointOf, IncomingCalls, type PendingInvite } from './incoming-calls.js';
import type { LegSurroundings } from './leg-surroundings.js';
import { refusalFor } from './media-refusal.js';
import { NodeLines } from './node-lines.js';
import { OutboundLeg } from './outbound-leg.js';
import { OutboundRegistrations } from './outbound-registrations.js';
import { RelayedSessions } from './relay/relayed-sessions.js';
import { ReturningPhones } from './restore/returning-phones.js';
import { SnapshotWatch } from './restore/snapshot-watch.js';
import { type TakenOver, takeLegsOver } from './restore/take-legs-over.js';
import { wakeLegs } from './restore/wake-legs.js';
import { SipEdges } from './sip-edges.js';
import { SipStack } from './sip-stack.js';
import { targetRefusal } from './target-guard.js';
import { TokenBucket } from './token-bucket.js';

/** The engine that is built in: our own SIP and RTP. It routes what happens to whom it concerns; the work is done in the files beside it. */
export class EmbeddedEngine implements CallEngine {
  readonly #settings: EmbeddedEngineSettings;
  readonly #limits: EngineLimits;
  readonly #events: Emitter<EngineEvents>;
  readonly #timers: TimerSet;
  readonly #stack: SipStack;
  readonly #guard: FloodGuard;
  readonly #edges: SipEdges;
  readonly #identifier: SourceIdentifier;
  readonly #refused = { 'source-rate': 0, 'strangers-rate': 0, 'challenged-unseen': 0, 'target-denied': 0 };
  readonly #incoming: IncomingCalls;
  readonly #registrar: RegistrarDesk<IncomingRequest>;
  readonly #registrations: OutboundRegistrations;
  readonly #relays: RelayedSessions;
  readonly #surroundings: LegSurroundings;
  readonly #nodes: NodeLines;
  /** Of legs between nodes: no relay and no edge is in their way. */
  readonly #inside: LegSurroundings;
  readonly #legs = new Set<EmbeddedLeg>();
  readonly #byLegId = new Map<string, EmbeddedLeg>();
  readonly #bySession = new Map<string, EmbeddedLeg>();
  /** Who waits for the answer to a request of ours. */
  readonly #replies = new Map<string, (status: number) => void>();
  readonly #conferences: Conferences<EmbeddedLeg>;
  readonly #wait: ConditionWait;
  /** Undefined where nobody wants snapshots. */
  readonly #snapshots: SnapshotWatch | undefined;
  readonly #phones: ReturningPhones;
  /** Legs of the process before, until there are sockets. */
  #former: TakenOver | undefined;
  #state: 'new' | 'up' | 'stopping' | 'stopped' = 'new';
  /** What names of legs begin with; no process that follows on this one uses them again. */
  readonly #legIds: string;
  #lastLegId = 0;
  #lagLookedAt = 0;

  constructor(settings: EmbeddedEngineSettings) {
    this.#settings = settings;
    this.#legIds = settings.snapshots ? `L${settings.clock.now().toString(36)}-` : 'L';
    this.#events = new Emitter((error, event) =>
      settings.logger.error({ err: error, event }, 'a listener of the engine failed'),
    );
    this.#limits = { ...defaultEngineLimits, ...settings.limits };
    this.#edges = new SipEdges(settings.edges ?? []);
    this.#timers = new TimerSet(settings.clock);
    this.#wait = new ConditionWait(this.#timers, () => this.#stack.now());
    const { limits, random, clock } = { limits: this.#limits, random: settings.random, clock: this.#timers };
    this.#nodes = new NodeLines(random, clock);
    this.#guard = new FloodGuard({
      perSecond: limits.floodPerSecond,
      burst: limits.floodBurst,
      strangersPerSecond: limits.strangersPerSecond,
      maxSources: 50_000,
      trustMs: 3_600_000,
    });
    this.#stack = new SipStack({
      network: settings.network,
      clock,
      logger: settings.logger,
      userAgent: {
        timers: { ...defaultEngineTimers, ...settings.timers },
        sessionTimer: {
          expiresSeconds: settings.sessionExpiresSeconds ?? 1800,
          minSeSeconds: settings.minSessionExpiresSeconds ?? 90,
        },
        userAgent: settings.userAgent ?? 'Hookswitch',
        random,
        tagMark: dialogMark(settings.nodeId),
        reveal: (request, flow) => this.#reveal(request, flow),
        screen: (request, flow) => this.#challengeAtOnce(request, flow),
      },
      hostTowards: (remote) =>
        settings.advertisedAddress === undefined ||
        isLoopback(remote) ||
        this.#edges.has(remote) ||
        this.#nodes.isNode(remote)
          ? settings.localAddressTowards(remote)
          : settings.advertisedAddress,
      connectionCaps: limits.connections,
      admits: (flow, now) => this.#edges.sent(flow) || this.#admits(flow.remoteAddress, now),
      onEvent: (event) => this.#route(event),
      onConnectionClosed: (id) => this.#registrar.connectionClosed(id),
      refusal: (target, address) => this.#targetRefusal(target, address),
    });
    const verifier = new DigestVerifier({
      secret: settings.nonceSecret ?? Buffer.from(random.bytes(32)),
      nonceLifetimeMs: limits.nonceLifetimeMs,
      replayCapacity: 100_000,
      random,
    });
    const { strangerLookupsPerSecond: lookups } = limits;
    const allowance = new TokenBucket(lookups, lookups, this.#stack.now());
    const identifier = new SourceIdentifier({
      directory: settings.directory,
      verifier,
      decoySecret: settings.decoySecret ?? Buffer.from(random.bytes(32)),
      mayLookUp: (address, now) => this.#guard.knows(address, now) || allowance.take(now),
    });
    this.#identifier = identifier;
    this.#incoming = new IncomingCalls({
      stack: this.#stack,
      logger: settings.logger,
      caps: limits,
      identify: ({ request, flow }) => identifier.identifyCaller(request, flow, this.#stack.now()),
      hasRoom: () => this.#state === 'up' && this.#legs.size + this.#incoming.size < limits.maxCalls,
      knows: (address) => this.#guard.knows(address, this.#stack.now()),
      trust: (address) => this.#guard.trust(address, this.#stack.now()),
      offer: (call) => {
        if (this.#events.listenerCount('incoming') === 0) return false;
        this.#events.emit('incoming', call);
        return true;
      },
      replaced: (invite) => findReplaced(invite.request, this.#stack, (id) => this.#bySession.get(id)),
      mustEncrypt: ({ invite, encryption }) => this.#relays.isRefused(invite, encryption),
      admitted: (pending) => this.#admitExpected(pending),
      adopt: (callId, facts, pending, reliable) => this.#adopt(callId, facts, pending, reliable),
    });
    this.#phones = new ReturningPhones(this.#stack);
    this.#registrar = new RegistrarDesk({
      answer: ({ requestId }, status, headers, forget) =>
        this.#stack.do((agent, now) => agent.respond(requestId, status, { headers, forget }, now)),
      now: () => this.#stack.now(),
      logger: settings.logger,
      directory: settings.directory,
      identifier,
      nodeId: settings.nodeId,
      clock: settings.clock,
      trust: (address) => this.#guard.trust(address, this.#stack.now()),
      cameBack: (...phone) => this.#phones.registered(...phone),
      onChange: (change) => this.#events.emit('binding', change),
    });
    this.#registrations = new OutboundRegistrations(
      this.#stack,
      this.#edges,
      (target, address) => this.#targetRefusal(target, address),
      (change) => this.#events.emit('registration', change),
    );
    this.#relays = new RelayedSessions(settings.mediaRelay, random, (sessionId) =>
      this.#bySession.get(sessionId)?.mediaFailed(new MediaRelaySessionError()),
    );
    this.#snapshots = settings.snapshots ? new SnapshotWatch() : undefined;
    this.#surroundings = {
      stack: this.#stack,
      plane: settings.mediaPlane,
      clock,
      random,
      logger: settings.logger,
      directory: settings.directory,
      keepsSnapshots: settings.snapshots ?? false,
      targetRefusal: (target, address) => this.#targetRefusal(target, address),
      audio: {
        codecs: settings.codecs ?? defaultCodecs,
        ptimeMs: 20,
        isForbidden: (address, port) => this.#relays.isForbidden(address, port),
      },
      failoverMs: limits.failoverMs,
      edges: this.#edges,
      mediaAddress: (remote) => settings.localAddressTowards(remote),
      trust: (address) => this.#guard.trust(address, this.#stack.now()),
      follow: (sessionId, leg) => void this.#bySession.set(sessionId, leg),
      relays: this.#relays,
      unfollow: (sessionId) => {
        this.#bySession.delete(sessionId);
        this.#relays.unbind(sessionId);
        this.#incoming.settled(sessionId);
      },
      legOf: (key) => this.#bySession.get(this.#stack.do((agent) => agent.sessionOf(key)) ?? ''),
      onReply: (requestId, hear) => {
        this.#replies.set(requestId, hear);
        return () => this.#replies.delete(requestId);
      },
      over: (leg) => this.#legOver(leg),
    };
    this.#inside = {
      ...this.#surroundings,
      edges: new SipEdges([]),
      relays: new RelayedSessions(undefined, random, () => undefined),
    };
    this.#conferences = new Conferences(
      new ConferenceRooms(settings.mediaPlane, settings.logger, (call) => this.#own(call)),
    );
    settings.mediaPlane.events.on('digit', (legId, digit) => this.#byLegId.get(legId)?.digit(digit, 'media'));
    settings.mediaPlane.events.on('mediaLost', (legId) => this.#byLegId.get(legId)?.mediaLost());
    settings.mediaPlane.events.on('gone', (legId, why) => this.#byLegId.get(legId)?.mediaFailed(why));
  }

  get events(): Listenable<EngineEvents> {
    return this.#events;
  }

  async restore(snapshots: readonly LegSnapshot[]): Promise<readonly RestoredLeg[]> {
    this.#former = await takeLegsOver(snapshots, this.#surroundings);
    const { legs } = this.#former;
    for (const { leg } of legs) this.#addLeg(leg);
    return legs.map(({ leg, recordings }) => ({ call: leg, recordings }));
  }

  async start(): Promise<EngineAddresses> {
    // What nobody restored is closed.
    if (!this.#former) await this.#settings.mediaPlane.takeOver([]);
    const sip = await this.#stack.open(this.#settings.listen);
    this.#state = 'up';
    if (this.#former) wakeLegs(this.#former, this.#surroundings, this.#phones);
    this.#former = undefined;
    return { sip };
  }

  async stop(drainMs: number): Promise<void> {
    if (this.#state === 'stopping' || this.#state === 'stopped') return;
    this.#state = 'stopping';
    this.#registrations.set([]);
    this.#stack.do((agent) => agent.setOverload(this.#limits.retryAfterSeconds));
    this.#incoming.refuseAll(503);
    this.#nodes.close();
    if (drainMs > 0) await this.#wait.until(() => this.#legs.size === 0, drainMs);
    for (const leg of [...this.#legs]) leg.hangUp({ by: 'system', reason: 'shutdown' });
    await this.#wait.until(() => this.#legs.size === 0);
    // Time for the BYEs to be answered, and sent again where they were lost.
    if (drainMs > 0) await this.#wait.until(() => this.#stack.gauges().transactions === 0, Math.min(drainMs, 1000));
    this.#state = 'stopped';
    this.#conferences.endAll();
    await this.#settings.mediaPlane.stop();
    await this.#stack.close();
    this.#registrar.close();
    this.#timers.cancelAll();
  }

  dial(request: DialRequest): LiveCall {
    const leg = new OutboundLeg(
      { legId: this.#newLegId(), facts: dialFacts(request, this.#newSipCallId()), request },
      isInside(request) ? this.#inside : this.#surroundings,
    );
    if (isInside(request)) this.#nodes.reached(leg.facts.toHost);
    this.#addLeg(leg);
    if (this.#state !== 'up')
      this.#timers.after(0, () => leg.hangUp({ result: 'failed', by: 'system', reason: 'shutdown' }));
    else if (this.#legs.size > this.#limits.maxCalls) {
      this.#timers.after(0, () => leg.hangUp({ result: 'failed', by: 'system', reason: 'overload' }));
    } else void leg.start();
    return leg;
  }

  expect(callId: string, forMs: number): ExpectedCall {
    return this.#nodes.expect(callId, forMs);
  }

  #newSipCallId(): string {
    return Buffer.from(this.#settings.random.bytes(12)).toString('hex');
  }

  connect(a: LiveCall, b: LiveCall): Connection {
    return this.#conferences.connect(a, b);
  }

  conference(options?: ConferenceOptions): Conference {
    return this.#conferences.open(options);
  }

  calls(): readonly LiveCall[] {
    return [...this.#legs].filter((leg) => leg.status !== 'ended');
  }

  setRegistrations(registrations: readonly OutboundRegistration[]): void {
    this.#registrations.set(registrations);
  }

  gauges(): EngineGauges {
    const sip = this.#stack.gauges();
    const media = this.#settings.mediaPlane.gauges();
    return {
      calls: this.#legs.size,
      dialogs: sip.dialogs,
      transactions: sip.transactions,
      mediaPorts: media.ports,
      timers: sip.timers + media.timers + this.#timers.size - this.#stack.timers,
      recordings: media.recordings,
      conferences: this.#conferences.size,
    };
  }

  refusals(): EngineRefusals {
    return { ...this.#refused };
  }

  #route(event: SipEvent): void {
    switch (event.type) {
      case 'invite':
        this.#incoming.invited(event);
        return;
      case 'request':
        this.#request(event);
        return;
      case 'registration':
        this.#registrations.changed(event);
        return;
      case 'response':
        this.#replies.get(event.requestId)?.(event.status);
        return;
      default: {
        if (event.type === 'ended' && this.#incoming.ended(event)) return;
        if (event.type === 'signalling' && this.#incoming.signalled(event)) return;
        const leg = this.#bySession.get(event.sessionId);
        if (leg) this.#hand(leg, event);
        else if (event.type === 'reinvite' || event.type === 'offer' || event.type === 'in-dialog') {
          this.#refuse(event.requestId, 481);
        }
      }
    }
  }

  /** Its description passes the relay first, where there is one. */
  #hand(leg: EmbeddedLeg, event: SessionEvent): void {
    this.#relays.take(event, {
      deliver: (seen) => {
        // It may have ended while the relay was asked.
        if (this.#bySession.get(event.sessionId) !== leg) this.#route(event);
        else {
          leg.handle(seen);
          this.#snapshots?.look(leg);
        }
      },
      failed: (_, error) => {
        if ('requestId' in event) this.#refuse(event.requestId, refusalFor(error)[0]);
        else if (event.type === 'progress') leg.handle({ ...event, sdp: undefined });
        else leg.mediaFailed(error);
      },
    });
  }

  #refuse(requestId: string, status: number): void {
    this.#stack.do((agent, now) => agent.respond(requestId, status, {}, now));
  }

  #request(event: IncomingRequest): void {
    const { requestId, request } = event;
    if (request.method === 'REGISTER') {
      this.#registrar.handle(event);
      return;
    }
    const isOptions = request.method === 'OPTIONS';
    const headers: [string, string][] = [['Allow', allow]];
    if (isOptions) headers.push(['Accept', 'application/sdp']);
    const isUp = this.#state === 'up' && this.#settings.mediaPlane.whyNot() === undefined;
    const status = isOptions ? (isUp ? 200 : 503) : (outsideDialogs[request.method] ?? 405);
    this.#stack.do((agent, now) => agent.respond(requestId, status, { headers, forget: true }, now));
  }

  #adopt(
    callId: string,
    facts: CallFacts,
    { invite, source, encryption, ended, signalling }: PendingInvite,
    reliable: ReliableProvisionals,
    around = this.#surroundings,
  ): LiveCall {
    const endpointId = endpointOf(source);
    const leg = new InboundLeg(
      { id: callId, legId: this.#newLegId(), facts, invite, reliable, encryption, endpointId },
      around,
    );
    this.#addLeg(leg);
    // The product listens once it has the leg.
    queueMicrotask(() => {
      for (const entry of signalling) leg.handle(entry);
    });
    if (ended) this.#timers.after(0, () => leg.handle(ended));
    else {
      this.#bySession.set(invite.sessionId, leg);
      leg.takePorts();
    }
    leg.events.once('answered', () => this.#incoming.settled(invite.sessionId));
    return leg;
  }

  /** Whoever dials the name that was made for another node is that node; any other call is not for here. */
  #admitExpected(pending: PendingInvite): boolean {
    const { invite } = pending;
    const facts = callFacts(invite, { source: { kind: 'trunk' }, trusted: false });
    const { address } = senderOf(invite.flow);
    const expected = this.#nodes.arrived(facts.to, address);
    if (!expected) return false;
    this.#guard.trust(address, this.#stack.now());
    expected.settle(this.#adopt(expected.callId, facts, pending, defaultReliableProvisionals, this.#inside));
    return true;
  }

  #addLeg(leg: EmbeddedLeg): void {
    this.#legs.add(leg);
    this.#byLegId.set(leg.media.legId, leg);
    leg.onEnd = () => this.#conferences.legEnded(leg);
    leg.onSignalledDigit = (digit) => {
      for (const listener of this.#conferences.audienceOf(leg)) void listener.sendDigits(digit);
    };
  }

  #legOver(leg: EmbeddedLeg): void {
    this.#legs.delete(leg);
    this.#byLegId.delete(leg.media.legId);
    this.#wait.look();
  }

  #own(call: LiveCall): EmbeddedLeg {
    const leg = [...this.#legs].find((each) => each === call);
    if (leg) return leg;
    if (call instanceof EmbeddedLeg) return call;
    throw new TypeError('That leg belongs to another engine.');
  }

  #newLegId(): string {
    this.#lastLegId += 1;
    return `${this.#legIds}${this.#lastLegId}`;
  }

  /** Whether a request from there is looked at. Also looks, now and then, at how late the event loop runs. */
  #admits(address: string, now: number): boolean {
    const { eventLoopLagMs } = this.#settings;
    if (eventLoopLagMs && this.#state === 'up' && now - this.#lagLookedAt > 250) {
      this.#lagLookedAt = now;
      const late = eventLoopLagMs() > this.#limits.maxLagMs;
      this.#stack.do((agent) => agent.setOverload(late ? this.#limits.retryAfterSeconds : undefined));
    }
    const admission = this.#guard.admits(address, now);
    if (admission === 'admitted') return true;
    this.#refused[admission] += 1;
    return false;
  }

  /** What an edge of ours handed on came from somebody else, who must not ask too much. */
  #reveal(request: SipRequest, flow: Flow): Flow | undefined {
    if (!this.#edges.sent(flow)) return flow;
    const seen = behindEdge(request, flow);
    if (!seen || seen === flow) return seen;
    return this.#admits(senderOf(seen).address, this.#stack.now()) ? seen : undefined;
  }

  #targetRefusal(target: SipTarget, address: string): string | undefined {
    const { addressPolicy } = this.#settings;
    const refusal = addressPolicy && targetRefusal(addressPolicy, target, address);
    if (refusal !== undefined) this.#refused['target-denied'] += 1;
    return refusal;
  }

  /** A REGISTER that needs no look at the directory is challenged before anything is kept of it. */
  #challengeAtOnce(request: SipRequest, flow: Flow): Challenge | undefined {
    if (request.method !== 'REGISTER') return undefined;
    const challenge = this.#identifier.challengeAtOnce(request, flow, this.#stack.now());
    if (challenge) this.#refused['challenged-unseen'] += 1;
    return challenge;
  }
}

/** Nobody transfers a call that is not there (RFC 3515 2.4.2), and nobody subscribed (RFC 6665 4.1.3). Other methods are none of ours outside a dialog. */
const outsideDialogs: Readonly<Record<string, number>> = { REFER: 403, NOTIFY: 481 };

function isInside({ target }: DialRequest): boolean {
  return target.kind === 'sip' && target.inside === true;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
