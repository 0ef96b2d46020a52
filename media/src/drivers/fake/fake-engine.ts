import { writeFile } from 'node:fs/promises';
import type { Clock } from '@hookswitch/kernel/clock';
import { Emitter, type Listenable } from '@hookswitch/kernel/emitter';
import type { Random } from '@hookswitch/kernel/random';
import type {
  CallEngine,
  Connection,
  DialRequest,
  EngineAddresses,
  EngineEvents,
  EngineGauges,
  EngineRefusals,
  IncomingCall,
  OutboundRegistration,
} from '../../port/call-engine.js';
import type { Conference, ConferenceOptions } from '../../port/conference.js';
import { Conferences } from '../../port/conferences.js';
import { crossingHeaders } from '../../port/crossing-headers.js';
import { NoCommonCodecError } from '../../port/engine-errors.js';
import type { RestoredLeg } from '../../port/leg-snapshot.js';
import type { CallFacts, Headers, LiveCall } from '../../port/live-call.js';
import { TimerSet } from '../../port/timer-set.js';
import { FakeDial } from './fake-dial.js';
import { type EngineMessage, FakeFarEnd, type FarEndMessage } from './fake-far-end.js';
import { FakeLeg, type FakeLegHost } from './fake-leg.js';
import { FakeNetwork, type PlacedCall, parseAddress } from './fake-network.js';
import type { SaveRecording } from './fake-recording.js';

export interface FakeEngineSettings {
  readonly clock: Clock;
  readonly random: Random;
  /** How long each message takes to or from a far end, milliseconds. Default 0 (which is still a timer of the clock). */
  readonly latencyMs?: number;
  /** Nothing from a far end for so long ends the call, milliseconds. Default 10,000. */
  readonly mediaLossMs?: number;
  /** Where recordings go. Default: the file system. */
  readonly save?: SaveRecording;
}

/** Who has a leg, at the other end. */
interface FakeLine {
  send(message: EngineMessage): void;
  /** Another call took the leg's place. */
  abandon(): void;
}

/** An engine whose far ends are led by scripts or by hand. Keeps every rule of the port. */
export class FakeEngine implements CallEngine {
  /** What is out there. */
  readonly network: FakeNetwork;
  readonly #events = new Emitter<EngineEvents>();
  readonly #settings: FakeEngineSettings;
  readonly #timers: TimerSet;
  readonly #host: FakeLegHost;
  readonly #legs = new Set<FakeLeg>();
  readonly #lines = new Map<FakeLeg, FakeLine>();
  /** Lines of legs that ended: what comes of a REFER is told all the same. */
  readonly #lastLines = new WeakMap<FakeLeg, FakeLine>();
  readonly #conferences: Conferences<FakeLeg>;
  /** Legs whose hearing a conference set, by its room. */
  readonly #rooms = new Map<string, readonly FakeLeg[]>();
  readonly #waiters = new Set<() => void>();
  #registrations: readonly OutboundRegistration[] = [];
  #state: 'new' | 'up' | 'stopped' = 'new';

  constructor(settings: FakeEngineSettings) {
    this.#settings = settings;
    this.#timers = new TimerSet(settings.clock);
    this.network = new FakeNetwork(
      (call) => this.#takeCall(call),
      (endpointId, state) => this.#events.emit('binding', { endpointId, state }),
    );
    this.#host = {
      timers: this.#timers,
      save: settings.save ?? ((path, render) => writeFile(path, render())),
      mediaLossMs: settings.mediaLossMs ?? 10_000,
      send: (leg, message) => this.#lines.get(leg)?.send(message),
      tellReferrer: (leg, news) => (this.#lines.get(leg) ?? this.#lastLines.get(leg))?.send(news),
      audienceOf: (leg) => this.#conferences.audienceOf(leg),
      ended: (leg) => this.#conferences.legEnded(leg),
      over: (leg) => this.#legOver(leg),
    };
    this.#conferences = new Conferences({
      own: (call) => this.#own(call),
      hear: (room, listening) => this.#hear(room, listening),
      holdMusic: (leg, music) => leg.hearing.setHoldMusic(music),
      hasSound: (leg) => leg.hasMedia,
      onListenerError: (error) => {
        queueMicrotask(() => {
          throw error;
        });
      },
    });
  }

  get events(): Listenable<EngineEvents> {
    return this.#events;
  }

  /** Nothing yet. */
  async restore(): Promise<readonly RestoredLeg[]> {
    return [];
  }

  async start(): Promise<EngineAddresses> {
    this.#state = 'up';
    return { sip: ['none:fake'] };
  }

  async stop(drainMs: number): Promise<void> {
    this.#state = 'stopped';
    this.setRegistrations([]);
    if (this.#legs.size > 0 && drainMs > 0) await this.#untilIdle(drainMs);
    for (const leg of this.#legs) leg.hangUp({ by: 'system', reason: 'shutdown' });
    if (this.#legs.size > 0) await this.#untilIdle(undefined);
    this.#conferences.endAll();
    this.#timers.cancelAll();
  }

  dial(request: DialRequest): LiveCall {
    const { target } = request;
    const address =
      target.kind === 'sip' ? parseAddress(target.uri) : { user: target.endpointId, host: 'endpoint', port: '' };
    const leg = this.#addLeg(request.callId, 'outbound', {
      from: request.hidden ? 'anonymous' : request.from,
      ...(request.hidden ? { hidden: true } : {}),
      ...(request.fromDisplayName === undefined || request.hidden ? {} : { fromDisplayName: request.fromDisplayName }),
      to: address.user,
      toHost: address.host,
      sipCallId: this.#newSipCallId(),
      remoteAddress: address.host,
      transport: 'none',
      headers: crossingHeaders(request.headers ?? {}),
    });
    const dial = new FakeDial(leg, request, {
      network: this.network,
      timers: this.#timers,
      latencyMs: this.#settings.latencyMs ?? 0,
    });
    this.#lines.set(leg, dial);
    if (this.#state !== 'up') {
      this.#timers.after(0, () => leg.finish({ result: 'failed', by: 'system', reason: 'shutdown' }));
      return leg;
    }
    this.#later(() => dial.start());
    const cancelRing = this.#timers.after(request.ringTimeoutMs, () => {
      if (leg.status !== 'answered') leg.hangUp({ result: 'no-answer', by: 'system', reason: 'ring-timeout' });
    });
    leg.events.once('answered', cancelRing);
    leg.events.once('ended', cancelRing);
    return leg;
  }

  connect(a: LiveCall, b: LiveCall): Connection {
    return this.#conferences.connect(a, b);
  }

  conference(options?: ConferenceOptions): Conference {
    return this.#conferences.open(options);
  }

  calls(): readonly FakeLeg[] {
    return [...this.#legs].filter((leg) => leg.status !== 'ended');
  }

  setRegistrations(registrations: readonly OutboundRegistration[]): void {
    const before = this.#registrations;
    this.#registrations = registrations;
    for (const { trunkId } of before) {
      if (registrations.some((each) => each.trunkId === trunkId)) continue;
      this.#events.emit('registration', { trunkId, state: 'unregistered' });
    }
    for (const { trunkId, registrar } of registrations) {
      this.#later(() => {
        if (!this.#registrations.some((each) => each.trunkId === trunkId)) return;
        const state = this.network.hostState(parseAddress(registrar));
        if (state === 'up') this.#events.emit('registration', { trunkId, state: 'registered' });
        else this.#events.emit('registration', { trunkId, state: 'failed', detail: state });
      });
    }
  }

  refusals(): EngineRefusals {
    return { 'source-rate': 0, 'strangers-rate': 0, 'challenged-unseen': 0, 'target-denied': 0 };
  }

  gauges(): EngineGauges {
    const legs = [...this.#legs];
    return {
      calls: legs.length,
      dialogs: legs.length,
      transactions: 0,
      mediaPorts: legs.filter((leg) => leg.hasMedia).length,
      timers: this.#timers.size,
      recordings: legs.reduce((sum, leg) => sum + leg.openRecordings, 0),
      conferences: this.#conferences.size,
    };
  }

  #takeCall(call: PlacedCall): FakeFarEnd {
    let leg: FakeLeg | undefined;
    let refused = false;
    const toFarEnd = (message: EngineMessage) => this.#later(() => farEnd.receive(message));
    const early: FarEndMessage[] = [];
    let abandoned = false;
    const own: FakeLine = {
      send: toFarEnd,
      abandon: () => {
        abandoned = true;
        toFarEnd({ kind: 'bye' });
      },
    };
    const line = {
      send: (message: FarEndMessage) =>
        this.#later(() => {
          if (abandoned) return;
          if (leg) leg.receive(message);
          else if (!refused) early.push(message);
        }),
      heard: () => leg?.heard.entries ?? [],
    };
    const farEnd = new FakeFarEnd(
      { from: call.from, to: call.to, headers: {}, side: 'calling' },
      call.script ?? {},
      line,
      this.#timers,
    );
    const refuse = (status: number, headers: Headers) => {
      refused = true;
      toFarEnd({ kind: 'refused', status, headers });
    };
    if (call.cancelAfterMs !== undefined) {
      this.#timers.after(call.cancelAfterMs, () => {
        if (farEnd.status === 'calling') farEnd.hangUp();
      });
    }
    this.#later(() => {
      if (this.#state !== 'up') return refuse(503, { 'Retry-After': '5' });
      if (!call.source) return refuse(403, {});
      const cannot = call.replaces && cannotReplace(call.replaces);
      if (cannot !== undefined) return refuse(cannot, {});
      if (this.#events.listenerCount('incoming') === 0) return refuse(480, {});
      const incoming = this.#incoming(call, call.source, {
        accept: (accepted) => {
          leg = accepted;
          this.#lines.set(accepted, own);
          // What the caller did while nobody had taken the leg over, a CANCEL above all, counts now.
          for (const message of early) this.#timers.after(0, () => accepted.receive(message));
        },
        takePlace: (taken, facts) => {
          leg = taken;
          this.#lines.get(taken)?.abandon();
          this.#lines.set(taken, own);
          toFarEnd({ kind: 'answered' });
          taken.takenOver(facts);
        },
        refuse,
        settled: () => leg !== undefined || refused,
      });
      this.#events.emit('incoming', incoming);
    });
    return farEnd;
  }

  #incoming(
    call: PlacedCall,
    source: IncomingCall['source'],
    ends: {
      accept(leg: FakeLeg): void;
      takePlace(leg: FakeLeg, facts: CallFacts): void;
      refuse(status: number, headers: Headers): void;
      settled(): boolean;
    },
  ): IncomingCall {
    const facts: CallFacts = {
      from: call.from,
      ...(call.fromDisplayName === undefined ? {} : { fromDisplayName: call.fromDisplayName }),
      ...call.identity,
      to: call.to,
      toHost: call.toHost ?? 'fake.invalid',
      sipCallId: this.#newSipCallId(),
      remoteAddress: '192.0.2.1:5060',
      transport: 'none',
      headers: call.headers ?? {},
    };
    const replaced = call.replaces && this.#own(call.replaces.leg);
    return {
      source,
      facts,
      ...(replaced ? { replaces: replaced } : {}),
      takePlace: async () => {
        if (!replaced || ends.settled()) throw new Error("This call takes nobody's place, or was settled before.");
        if (replaced.status === 'ended') ends.refuse(603, {});
        else if (canTalk(call.codecs)) ends.takePlace(replaced, facts);
        else {
          ends.refuse(488, {});
          throw new NoCommonCodecError(call.codecs ?? []);
        }
      },
      accept: (callId) => {
        if (ends.settled()) throw new Error('This call was accepted or refused before.');
        const leg = this.#addLeg(callId, 'inbound', facts, call.codecs);
        ends.accept(leg);
        return leg;
      },
      refuse: (status, options = {}) => {
        if (ends.settled()) return;
        const retry = options.retryAfterSeconds;
        ends.refuse(status, { ...options.headers, ...(retry === undefined ? {} : { 'Retry-After': String(retry) }) });
      },
    };
  }

  #addLeg(id: string, direction: 'inbound' | 'outbound', facts: CallFacts, offered?: readonly string[]): FakeLeg {
    const leg = new FakeLeg({ id, direction, facts, ...(offered ? { offered } : {}) }, this.#host);
    this.#legs.add(leg);
    return leg;
  }

  #hear(room: string, listening: ReadonlyMap<FakeLeg, readonly FakeLeg[]>): void {
    for (const leg of this.#rooms.get(room) ?? []) if (!listening.has(leg)) leg.hearing.setLegs([]);
    for (const [leg, heard] of listening) leg.hearing.setLegs(heard);
    if (listening.size > 0) this.#rooms.set(room, [...listening.keys()]);
    else this.#rooms.delete(room);
  }

  #legOver(leg: FakeLeg): void {
    this.#legs.delete(leg);
    const line = this.#lines.get(leg);
    if (line) this.#lastLines.set(leg, line);
    this.#lines.delete(leg);
    if (this.#legs.size === 0) for (const wake of [...this.#waiters]) this.#timers.after(0, wake);
  }

  #untilIdle(limitMs: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const cancel = limitMs === undefined ? () => undefined : this.#timers.after(limitMs, () => wake());
      const wake = () => {
        cancel();
        this.#waiters.delete(wake);
        resolve();
      };
      this.#waiters.add(wake);
    });
  }

  #own(call: LiveCall): FakeLeg {
    if (!(call instanceof FakeLeg)) throw new TypeError('That leg belongs to another engine.');
    return call;
  }

  #later(action: () => void): void {
    this.#timers.after(this.#settings.latencyMs ?? 0, action);
  }

  #newSipCallId(): string {
    return Buffer.from(this.#settings.random.bytes(12)).toString('hex');
  }
}

/** How an INVITE with Replaces is refused by itself (RFC 3891 3). */
function cannotReplace({ leg, earlyOnly }: NonNullable<PlacedCall['replaces']>): number | undefined {
  if (leg.status === 'ended') return 603;
  if (leg.status !== 'answered') return leg.direction === 'inbound' ? 481 : undefined;
  return earlyOnly ? 486 : undefined;
}

function canTalk(codecs: readonly string[] = ['PCMU']): boolean {
  return codecs.includes('PCMU') || codecs.includes('PCMA');
}
