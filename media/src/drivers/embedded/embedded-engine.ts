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
import type { NamedLeg } from '../../port/transfer.js';
import { DigestVerifier } from '../../sip/auth/digest-verifier.js';
import { type SipTarget, senderOf } from '../../sip/flow.js';
import { dialFacts } from '../../sip/identity/dial-facts.js';
import { SourceIdentifier } from '../../sip/identity/source-identifier.js';
import { RegistrarDesk } from '../../sip/registrar/registrar-desk.js';
import type { IncomingRequest } from '../../sip/sip-event.js';
import { Admission } from './admission.js';
import { callFacts } from './call-facts.js';
import { ConferenceRooms } from './conference-rooms.js';
import type { EmbeddedLeg } from './embedded-leg.js';
import {
  defaultCodecs,
  defaultEngineLimits,
  defaultEngineTimers,
  type EmbeddedEngineSettings,
  type EngineLimits,
} from './embedded-settings.js';
import { EventRouter } from './event-router.js';
import { findNamed, findReplaced } from './find-replaced.js';
import { InboundLeg } from './inbound-leg.js';
import { endpointOf, IncomingCalls, type PendingInvite } from './incoming-calls.js';
import { LegRegistry } from './leg-registry.js';
import type { LegSurroundings } from './leg-surroundings.js';
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
import { TokenBucket } from './token-bucket.js';

/** The engine that is built in: our own SIP and RTP. It routes what happens to whom it concerns; the work is done in the files beside it. */
export class EmbeddedEngine implements CallEngine {
  readonly #settings: EmbeddedEngineSettings;
  readonly #limits: EngineLimits;
  readonly #events: Emitter<EngineEvents>;
  readonly #timers: TimerSet;
  readonly #stack: SipStack;
  readonly #admission: Admission;
  readonly #edges: SipEdges;
  readonly #router: EventRouter;
  readonly #incoming: IncomingCalls;
  readonly #registrar: RegistrarDesk<IncomingRequest>;
  readonly #registrations: OutboundRegistrations;
  readonly #relays: RelayedSessions;
  readonly #surroundings: LegSurroundings;
  readonly #nodes: NodeLines;
  /** Of legs between nodes: no relay and no edge is in their way. */
  readonly #inside: LegSurroundings;
  readonly #legs: LegRegistry;
  readonly #conferences: Conferences<EmbeddedLeg>;
  readonly #wait: ConditionWait;
  /** Undefined where nobody wants snapshots. */
  readonly #snapshots: SnapshotWatch | undefined;
  readonly #phones: ReturningPhones;
  /** Legs of the process before, until there are sockets. */
  #former: TakenOver | undefined;
  #state: 'new' | 'up' | 'stopping' | 'stopped' = 'new';
  #overloaded = false;

  constructor(settings: EmbeddedEngineSettings) {
    this.#settings = settings;
    this.#legs = new LegRegistry(settings.snapshots ? `L${settings.clock.now().toString(36)}-` : 'L');
    this.#events = new Emitter((error, event) =>
      settings.logger.error({ err: error, event }, 'a listener of the engine failed'),
    );
    this.#limits = { ...defaultEngineLimits, ...settings.limits };
    this.#edges = new SipEdges(settings.edges ?? []);
    this.#timers = new TimerSet(settings.clock);
    this.#wait = new ConditionWait(this.#timers, () => this.#stack.now());
    const { limits, random, clock } = { limits: this.#limits, random: settings.random, clock: this.#timers };
    this.#nodes = new NodeLines(random, clock);
    this.#admission = new Admission(
      settings,
      limits,
      this.#edges,
      () => this.#incoming.beingSetUp,
      (overloaded) => this.#setOverloaded(overloaded),
    );
    const targetRefusal = (target: SipTarget, address: string) => this.#admission.targetRefusal(target, address);
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
        reveal: (request, flow) => this.#admission.reveal(request, flow, this.#stack.now()),
        screen: (request, flow) => this.#admission.challengeAtOnce(request, flow, identifier, this.#stack.now()),
      },
      hostTowards: (remote) =>
        settings.advertisedAddress === undefined ||
        isLoopback(remote) ||
        this.#edges.has(remote) ||
        this.#nodes.isNode(remote)
          ? settings.localAddressTowards(remote)
          : settings.advertisedAddress,
      connectionCaps: limits.connections,
      admits: (flow, now) => this.#admission.admits(flow, now),
      onEvent: (event) => this.#router.route(event),
      onConnectionClosed: (id) => this.#registrar.connectionClosed(id),
      refusal: targetRefusal,
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
      mayLookUp: (address, now) => this.#admission.knows(address, now) || allowance.take(now),
    });
    this.#incoming = new IncomingCalls({
      stack: this.#stack,
      logger: settings.logger,
      caps: limits,
      identify: ({ request, flow }) => identifier.identifyCaller(request, flow, this.#stack.now()),
      hasRoom: () => this.#state === 'up' && this.#legs.size + this.#incoming.size < limits.maxCalls,
      knows: (address) => this.#admission.knows(address, this.#stack.now()),
      trust: (address) => this.#admission.trust(address, this.#stack.now()),
      offer: (call) => {
        if (this.#events.listenerCount('incoming') === 0) return false;
        this.#events.emit('incoming', call);
        return true;
      },
      replaced: (invite) => findReplaced(invite.request, this.#stack, (id) => this.#legs.bySession(id)),
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
      trust: (address) => this.#admission.trust(address, this.#stack.now()),
      cameBack: (...phone) => this.#phones.registered(...phone),
      onChange: (change) => this.#events.emit('binding', change),
    });
    this.#registrations = new OutboundRegistrations(this.#stack, this.#edges, targetRefusal, (change) =>
      this.#events.emit('registration', change),
    );
    this.#relays = new RelayedSessions(settings.mediaRelay, random, (sessionId) =>
      this.#legs.bySession(sessionId)?.mediaFailed(new MediaRelaySessionError()),
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
      targetRefusal,
      audio: {
        codecs: settings.codecs ?? defaultCodecs,
        ptimeMs: 20,
        isForbidden: (address, port) => this.#relays.isForbidden(address, port),
      },
      failoverMs: limits.failoverMs,
      isInside: false,
      edges: this.#edges,
      mediaAddress: (remote) => settings.localAddressTowards(remote),
      trust: (address) => this.#admission.trust(address, this.#stack.now()),
      follow: (sessionId, leg) => this.#legs.follow(sessionId, leg),
      relays: this.#relays,
      unfollow: (sessionId) => {
        this.#legs.unfollow(sessionId);
        this.#relays.unbind(sessionId);
        this.#incoming.settled(sessionId);
      },
      onReply: (requestId, hear) => this.#router.onReply(requestId, hear),
      over: (leg) => this.#legOver(leg),
    };
    this.#inside = {
      ...this.#surroundings,
      isInside: true,
      edges: new SipEdges([]),
      relays: new RelayedSessions(undefined, random, () => undefined),
    };
    this.#conferences = new Conferences(
      new ConferenceRooms(settings.mediaPlane, settings.logger, (call) => this.#legs.own(call)),
    );
    this.#router = new EventRouter({
      stack: this.#stack,
      incoming: this.#incoming,
      legs: this.#legs,
      relays: this.#relays,
      registering: (event) => this.#registrar.handle(event),
      registrationChanged: (event) => this.#registrations.changed(event),
      isServing: () => this.#state === 'up' && settings.mediaPlane.whyNot() === undefined,
      handled: (leg) => this.#snapshots?.look(leg),
    });
    settings.mediaPlane.events.on('digit', (legId, digit) => this.#legs.byLegId(legId)?.digit(digit, 'media'));
    settings.mediaPlane.events.on('mediaLost', (legId) => this.#legs.byLegId(legId)?.mediaLost());
    settings.mediaPlane.events.on('gone', (legId, why) => this.#legs.byLegId(legId)?.mediaFailed(why));
  }

  get events(): Listenable<EngineEvents> {
    return this.#events;
  }

  async restore(snapshots: readonly LegSnapshot[]): Promise<readonly RestoredLeg[]> {
    this.#former = await takeLegsOver(snapshots, this.#surroundings, this.#inside);
    const { legs } = this.#former;
    for (const { leg } of legs) {
      if (leg.isInside) this.#nodes.reached(leg.signallingAddress);
      this.#addLeg(leg);
    }
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
    for (const leg of this.#legs.all) leg.hangUp({ by: 'system', reason: 'shutdown' });
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
      { legId: this.#legs.newLegId(), facts: dialFacts(request, this.#newSipCallId()), request },
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

  legNamed(replaces: string): NamedLeg {
    return findNamed(replaces, this.#stack, (id) => this.#legs.bySession(id));
  }

  calls(): readonly LiveCall[] {
    return this.#legs.all.filter((leg) => leg.status !== 'ended');
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
    return this.#admission.refusals;
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
      { id: callId, legId: this.#legs.newLegId(), facts, invite, reliable, encryption, endpointId },
      around,
    );
    this.#addLeg(leg);
    // The product listens once it has the leg.
    queueMicrotask(() => {
      for (const entry of signalling) leg.handle(entry);
    });
    if (ended) this.#timers.after(0, () => leg.handle(ended));
    else {
      this.#legs.follow(invite.sessionId, leg);
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
    this.#admission.trust(address, this.#stack.now());
    expected.settle(this.#adopt(expected.callId, facts, pending, defaultReliableProvisionals, this.#inside));
    return true;
  }

  #addLeg(leg: EmbeddedLeg): void {
    this.#legs.add(leg);
    leg.onEnd = () => this.#conferences.legEnded(leg);
    leg.onSignalledDigit = (digit) => {
      for (const listener of this.#conferences.audienceOf(leg)) void listener.sendDigits(digit);
    };
  }

  #legOver(leg: EmbeddedLeg): void {
    this.#legs.remove(leg);
    this.#wait.look();
  }

  #setOverloaded(overloaded: boolean): void {
    if (this.#state !== 'up' || overloaded === this.#overloaded) return;
    this.#overloaded = overloaded;
    const what = overloaded ? 'more calls come than can be set up: new ones are refused' : 'new calls are taken again';
    this.#settings.logger.warn({ beingSetUp: this.#incoming.beingSetUp }, what);
    this.#stack.do((agent) => agent.setOverload(overloaded ? this.#limits.retryAfterSeconds : undefined));
  }
}

function isInside({ target }: DialRequest): boolean {
  return target.kind === 'sip' && target.inside === true;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
