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
  ExpectedCall,
  IncomingCall,
  OutboundRegistration,
} from '../../port/call-engine.js';
import type { Conference, ConferenceOptions } from '../../port/conference.js';
import { Conferences } from '../../port/conferences.js';
import { crossingHeaders } from '../../port/crossing-headers.js';
import { NoCommonCodecError } from '../../port/engine-errors.js';
import { ExpectedCalls } from '../../port/expected-calls.js';
import type { LegSnapshot, RestoredLeg } from '../../port/leg-snapshot.js';
import type { CallFacts, Headers, LiveCall } from '../../port/live-call.js';
import { TimerSet } from '../../port/timer-set.js';
import type { NamedLeg } from '../../port/transfer.js';
import { EndedDialogs } from '../../sip/transfer/ended-dialogs.js';
import { readReplaces } from '../../sip/transfer/replaces.js';
import { FakeDial } from './fake-dial.js';
import type { FakeFarEnd } from './fake-far-end.js';
import { FakeIncomingLine } from './fake-incoming-line.js';
import { FakeLeg, type FakeLegHost } from './fake-leg.js';
import type { FakeLine } from './fake-line.js';
import { type FakeNetwork, type PlacedCall, parseAddress } from './fake-network.js';
import { FakeOutside, type FakeOutsideSettings } from './fake-outside.js';
import { type FakeLegState, readFakeSnapshot } from './fake-snapshot.js';
import { fakeReplaces } from './fake-transfers.js';

export interface FakeEngineSettings extends FakeOutsideSettings {
  readonly random: Random;
  /** Nothing from a far end for so long ends the call, milliseconds. Default 10,000. */
  readonly mediaLossMs?: number;
  /** What is out there, of an engine before this one. Default: a new world, by the other settings. */
  readonly outside?: FakeOutside;
  /** Legs tell of their snapshots. Default false. */
  readonly snapshots?: boolean;
}

/** An engine whose far ends are led by scripts or by hand. Keeps every rule of the port. */
export class FakeEngine implements CallEngine {
  /** What outlives it. */
  readonly outside: FakeOutside;
  readonly #events = new Emitter<EngineEvents>();
  readonly #settings: FakeEngineSettings;
  readonly #timers: TimerSet;
  readonly #host: FakeLegHost;
  readonly #legs = new Set<FakeLeg>();
  readonly #lines = new Map<FakeLeg, FakeLine>();
  /** Lines of legs that ended: what comes of a REFER is told all the same. */
  readonly #lastLines = new WeakMap<FakeLeg, FakeLine>();
  /** Lines of calls before our time that have no sound any more. */
  readonly #lost: FakeLine[] = [];
  readonly #conferences: Conferences<FakeLeg>;
  /** Legs whose hearing a conference set, by its room. */
  readonly #rooms = new Map<string, readonly FakeLeg[]>();
  readonly #expected: ExpectedCalls;
  readonly #endedDialogs = new EndedDialogs();
  readonly #waiters = new Set<() => void>();
  #registrations: readonly OutboundRegistration[] = [];
  #state: 'new' | 'up' | 'stopped' = 'new';

  constructor(settings: FakeEngineSettings) {
    this.#settings = settings;
    this.#timers = new TimerSet(settings.clock);
    this.#expected = new ExpectedCalls(settings.random, this.#timers);
    this.outside = settings.outside ?? new FakeOutside(settings);
    this.outside.answeredBy({
      takeCall: (call) => this.#takeCall(call),
      bindingChanged: (endpointId, state) => this.#events.emit('binding', { endpointId, state }),
    });
    this.#host = {
      timers: this.#timers,
      mediaLossMs: settings.mediaLossMs ?? 10_000,
      snapshots: settings.snapshots ?? false,
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

  get network(): FakeNetwork {
    return this.outside.network;
  }

  get events(): Listenable<EngineEvents> {
    return this.#events;
  }

  async restore(snapshots: readonly LegSnapshot[]): Promise<readonly RestoredLeg[]> {
    const legs = snapshots.flatMap((snapshot) => this.#restoreLeg(snapshot) ?? []);
    return legs.map((leg) => ({ call: leg, recordings: leg.recordingsFromBefore() }));
  }

  async start(): Promise<EngineAddresses> {
    this.#state = 'up';
    const { sounds, lines } = this.outside;
    for (const callId of [...sounds.keys()]) {
      if (![...this.#legs].some((leg) => leg.id === callId)) void this.outside.loseSound(callId);
    }
    for (const line of this.#lost) line.abandon();
    for (const line of [...lines]) {
      if (line.leg && this.#legs.has(line.leg)) line.wake();
      else this.#forget(line);
    }
    return { sip: ['none:fake'] };
  }

  /** What a kill does: the far ends are told nothing, and hear on. */
  die(): void {
    this.#state = 'stopped';
    this.#timers.cancelAll();
    this.outside.answeredBy(undefined);
    for (const leg of this.#legs) leg.cutOff();
    this.#lines.clear();
  }

  async stop(drainMs: number): Promise<void> {
    this.#state = 'stopped';
    this.setRegistrations([]);
    this.#expected.close();
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
    const facts: CallFacts = {
      from: request.hidden ? 'anonymous' : request.from,
      ...(request.hidden ? { hidden: true } : {}),
      ...(request.fromDisplayName === undefined || request.hidden ? {} : { fromDisplayName: request.fromDisplayName }),
      to: address.user,
      toHost: address.host,
      sipCallId: this.#newSipCallId(),
      remoteAddress: address.host,
      transport: 'none',
      headers: crossingHeaders(request.headers ?? {}),
    };
    const leg = this.#addLeg(request.callId, { direction: 'outbound', facts, offered: usualCodecs });
    const dial = new FakeDial(leg, request, this.outside);
    this.#give(dial, leg);
    if (this.#state !== 'up') {
      this.#timers.after(0, () => leg.finish({ result: 'failed', by: 'system', reason: 'shutdown' }));
      return leg;
    }
    this.outside.later(() => dial.start());
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

  expect(callId: string, forMs: number): ExpectedCall {
    return this.#expected.expect(callId, forMs);
  }

  conference(options?: ConferenceOptions): Conference {
    return this.#conferences.open(options);
  }

  legNamed(replaces: string): NamedLeg {
    const named = readReplaces(replaces);
    if (!named) return { status: 400 };
    const value = `${named.callId};to-tag=${named.toTag};from-tag=${named.fromTag}`;
    const leg = this.calls().find((each) => fakeReplaces(each) === value);
    if (!leg) return { status: this.#endedDialogs.has(value, this.#settings.clock.now()) ? 603 : 481 };
    return named.earlyOnly && leg.status === 'answered' ? { status: 486 } : { leg };
  }

  calls(): readonly FakeLeg[] {
    return [...this.#legs].filter((leg) => leg.status !== 'ended');
  }

  setRegistrations(registrations: readonly OutboundRegistration[]): void {
    const before = this.#registrations;
    this.#registrations = registrations.filter(({ elsewhere }) => !elsewhere);
    for (const { trunkId } of before) {
      if (registrations.some((each) => each.trunkId === trunkId)) continue;
      this.#events.emit('registration', { trunkId, state: 'unregistered' });
    }
    for (const { trunkId, registrar } of this.#registrations) {
      this.outside.later(() => {
        if (this.#state !== 'up' || !this.#registrations.some((each) => each.trunkId === trunkId)) return;
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
    const line = new FakeIncomingLine(call, this.outside);
    this.outside.lines.add(line);
    this.outside.later(() => {
      const cannot = call.replaces && cannotReplace(call.replaces);
      if (this.#state !== 'up') this.#refuse(line, 503, { 'Retry-After': '5' });
      else if (this.#admitExpected(call, line)) return;
      else if (!call.source) this.#refuse(line, 403);
      else if (cannot !== undefined) this.#refuse(line, cannot);
      else if (this.#events.listenerCount('incoming') === 0) this.#refuse(line, 480);
      else this.#events.emit('incoming', this.#incoming(call, call.source, line));
    });
    return line.farEnd;
  }

  #admitExpected(call: PlacedCall, line: FakeIncomingLine): boolean {
    const expected = this.#expected.take(call.to);
    expected?.settle(this.#incoming(call, { kind: 'trunk', id: 'node' }, line).accept(expected.callId));
    return expected !== undefined;
  }

  #refuse(line: FakeIncomingLine, status: number, headers: Headers = {}): void {
    this.outside.lines.delete(line);
    line.refuse(status, headers);
  }

  #incoming(call: PlacedCall, source: IncomingCall['source'], line: FakeIncomingLine): IncomingCall {
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
        if (!replaced || line.isSettled) throw new Error("This call takes nobody's place, or was settled before.");
        if (replaced.status === 'ended') this.#refuse(line, 603);
        else if (canTalk(call.codecs)) this.#takePlace(line, replaced, facts);
        else {
          this.#refuse(line, 488);
          throw new NoCommonCodecError(call.codecs ?? []);
        }
      },
      accept: (callId) => {
        if (line.isSettled) throw new Error('This call was accepted or refused before.');
        const leg = this.#addLeg(callId, { direction: 'inbound', facts, offered: call.codecs ?? usualCodecs });
        line.accept(leg);
        this.#give(line, leg);
        return leg;
      },
      refuse: (status, options = {}) => {
        if (line.isSettled) return;
        const retry = options.retryAfterSeconds;
        const headers = { ...options.headers, ...(retry === undefined ? {} : { 'Retry-After': String(retry) }) };
        this.#refuse(line, status, headers);
      },
    };
  }

  #takePlace(line: FakeIncomingLine, leg: FakeLeg, facts: CallFacts): void {
    const before = this.#lines.get(leg);
    if (before) {
      before.abandon();
      this.outside.lines.delete(before);
    }
    line.handTo(leg);
    this.#give(line, leg);
    line.send({ kind: 'answered' });
    leg.takenOver(facts);
    line.wake();
  }

  /** The leg whose sound is out there still. */
  #restoreLeg(snapshot: LegSnapshot): FakeLeg | undefined {
    const state = readFakeSnapshot(snapshot);
    const line = [...this.outside.lines].find(({ leg }) => leg?.id === snapshot.callId);
    const sound = this.outside.sounds.get(snapshot.callId);
    if (!line) return undefined;
    if (!state || !sound) {
      this.#lost.push(line);
      return undefined;
    }
    const leg = new FakeLeg({ ...state, id: snapshot.callId, status: 'answered' }, sound, this.#host);
    this.#legs.add(leg);
    line.handTo(leg);
    this.#give(line, leg);
    return leg;
  }

  #addLeg(id: string, state: FakeLegState): FakeLeg {
    const status = state.direction === 'inbound' ? 'ringing' : 'dialing';
    const leg = new FakeLeg({ ...state, id, status }, this.outside.openSound(id), this.#host);
    this.#legs.add(leg);
    return leg;
  }

  #give(line: FakeLine, leg: FakeLeg): void {
    this.#lines.set(leg, line);
    this.outside.lines.add(line);
  }

  #forget(line: FakeLine): void {
    this.outside.lines.delete(line);
    line.orphan();
  }

  #hear(room: string, listening: ReadonlyMap<FakeLeg, readonly FakeLeg[]>): void {
    for (const leg of this.#rooms.get(room) ?? []) if (!listening.has(leg)) leg.sound.hear([]);
    for (const [leg, heard] of listening) leg.sound.hear(heard.map(({ sound }) => sound));
    if (listening.size > 0) this.#rooms.set(room, [...listening.keys()]);
    else this.#rooms.delete(room);
  }

  #legOver(leg: FakeLeg): void {
    this.#legs.delete(leg);
    this.#endedDialogs.add(fakeReplaces(leg), this.#settings.clock.now());
    const line = this.#lines.get(leg);
    if (line) {
      this.#lastLines.set(leg, line);
      this.outside.lines.delete(line);
    }
    this.#lines.delete(leg);
    if (this.outside.sounds.get(leg.id) === leg.sound) this.outside.sounds.delete(leg.id);
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

const usualCodecs: readonly string[] = ['PCMU', 'PCMA'];

function canTalk(codecs: readonly string[] = usualCodecs): boolean {
  return codecs.includes('PCMU') || codecs.includes('PCMA');
}
