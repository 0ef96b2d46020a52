import { Emitter, type Listenable } from '@hookswitch/kernel/emitter';
import { DigitInbox } from '../../port/digit-inbox.js';
import { NoCommonCodecError } from '../../port/engine-errors.js';
import { advanceLeg, type LegSignal, legAllows } from '../../port/leg-state.js';
import type {
  CallFacts,
  CollectOptions,
  CollectResult,
  Headers,
  LegEvents,
  LegStatus,
  LiveCall,
  LiveRecording,
  MediaStats,
  PlayOptions,
  PlayResult,
  RecordOptions,
} from '../../port/live-call.js';
import { noMedia } from '../../port/live-call.js';
import type { Sound } from '../../port/sound.js';
import type { Termination } from '../../port/termination.js';
import { localTermination, refusalStatus, terminationFromStatus } from '../../port/termination-from-sip.js';
import { TimerSet } from '../../port/timer-set.js';
import type { Refer, ReferResult } from '../../port/transfer.js';
import type { EngineMessage, FarEndMessage } from './fake-far-end.js';
import { FakeHearing } from './fake-hearing.js';
import { FakeRecording, type SaveRecording } from './fake-recording.js';
import { FakeReceivedRefers, FakeSentRefer, isReferable, type ReferNews } from './fake-transfers.js';
import { type Sounding, SoundTrack } from './sound-track.js';

/** What a leg needs of its engine. */
export interface FakeLegHost {
  readonly timers: TimerSet;
  readonly save: SaveRecording;
  readonly mediaLossMs: number;
  /** Sends to the far end (or, while a dial is out, to all of them). */
  send(leg: FakeLeg, message: EngineMessage): void;
  /** Tells the far end what comes of its REFER, also after the leg ended. */
  tellReferrer(leg: FakeLeg, news: ReferNews): void;
  /** The legs that hear this one now. */
  audienceOf(leg: FakeLeg): readonly FakeLeg[];
  /** The leg has ended; what it was in ends with it. */
  ended(leg: FakeLeg): void;
  /** Nothing more will come of the leg: its recordings are closed and `ended` is about to be emitted. */
  over(leg: FakeLeg): void;
}

export interface FakeLegInit {
  readonly id: string;
  readonly direction: 'inbound' | 'outbound';
  readonly facts: CallFacts;
  /** Codecs the caller offers; inbound legs only. */
  readonly offered?: readonly string[];
}

/** A leg without sound: every rule of the port, and a log of what was said and heard. */
export class FakeLeg implements LiveCall {
  readonly id: string;
  readonly direction: 'inbound' | 'outbound';
  facts: CallFacts;
  /** What the far end said. */
  readonly said: SoundTrack;
  /** What it is given to hear. */
  readonly hearing: FakeHearing;
  readonly #events = new Emitter<LegEvents>();
  readonly #host: FakeLegHost;
  readonly #timers: TimerSet;
  readonly #digits: DigitInbox;
  readonly #offered: readonly string[];
  readonly #recordings = new Set<FakeRecording>();
  #status: LegStatus;
  #termination: Termination | undefined;
  #mediaSince: number | undefined;
  readonly #waiters = new Set<() => void>();
  #held = false;
  readonly #muted = { in: false, out: false };
  readonly #receivedRefers = new FakeReceivedRefers();
  #sentRefer: FakeSentRefer | undefined;

  constructor(init: FakeLegInit, host: FakeLegHost) {
    this.id = init.id;
    this.direction = init.direction;
    this.facts = init.facts;
    this.#offered = init.offered ?? ['PCMU', 'PCMA'];
    this.#host = host;
    this.#timers = new TimerSet(host.timers);
    this.#digits = new DigitInbox(this.#timers);
    this.said = new SoundTrack(host.timers);
    this.hearing = new FakeHearing(this.#timers, host.timers, {
      isOpen: () => this.hasMedia && !this.#held && !this.#muted.out,
    });
    this.#status = init.direction === 'inbound' ? 'ringing' : 'dialing';
  }

  get events(): Listenable<LegEvents> {
    return this.#events;
  }

  get status(): LegStatus {
    return this.#status;
  }

  get termination(): Termination | undefined {
    return this.#termination;
  }

  /** Nothing yet. */
  snapshot(): undefined {}

  get hasMedia(): boolean {
    return this.#mediaSince !== undefined && this.#status !== 'ended';
  }

  /** The log of what it was given to hear. */
  get heard(): SoundTrack {
    return this.hearing.track;
  }

  get openRecordings(): number {
    return this.#recordings.size;
  }

  ring(): void {
    if (this.direction !== 'inbound' || this.#status !== 'ringing') return;
    this.#signalled(true, '180 Ringing');
    this.#host.send(this, { kind: 'ringing' });
  }

  async earlyMedia(): Promise<void> {
    if (this.direction !== 'inbound' || this.#status !== 'ringing' || this.hasMedia) return;
    this.#checkCodecs();
    this.#signalled(true, '183 Session Progress');
    this.#host.send(this, { kind: 'early-media' });
    this.#openMedia();
  }

  async answer(): Promise<void> {
    if (this.direction !== 'inbound' || this.#status !== 'ringing') return;
    this.#checkCodecs();
    this.#signalled(true, '200 OK');
    this.#host.send(this, { kind: 'answered' });
    this.#openMedia();
    this.#advance('answer');
    this.#events.emit('answered');
  }

  reject(status: number, options: { reason?: string; retryAfterSeconds?: number; headers?: Headers } = {}): void {
    if (this.direction !== 'inbound' || this.#status !== 'ringing') return;
    const retry = options.retryAfterSeconds;
    const headers = { ...options.headers, ...(retry === undefined ? {} : { 'Retry-After': String(retry) }) };
    this.#refuse(status, headers, terminationFromStatus(status, 'local'));
  }

  hangUp(why?: Partial<Termination>) {
    if (this.#status === 'ended') return;
    const termination = localTermination(why, this.#status === 'answered');
    if (this.#status === 'answered') {
      this.#signalled(true, 'BYE');
      this.#host.send(this, { kind: 'bye' });
    } else if (this.direction === 'outbound') {
      this.#signalled(true, 'CANCEL');
      this.#host.send(this, { kind: 'cancel' });
    } else {
      const status = termination.sip ?? refusalStatus(termination.reason);
      return this.#refuse(status, {}, { ...termination, sip: status });
    }
    this.finish(termination);
  }

  async play(sound: Sound, options: PlayOptions = {}): Promise<PlayResult> {
    this.hearing.stopPlaying('interrupted');
    if (!this.hasMedia) await this.#untilMedia(options.signal);
    const blocked = this.#blocked(options.signal);
    return blocked ? { end: blocked, playedMs: 0 } : this.hearing.play(sound, options);
  }

  collect(options: CollectOptions): Promise<CollectResult> {
    return this.#digits.collect(options);
  }

  flushDigits(): void {
    this.#digits.flush();
  }

  async sendDigits(
    digits: string,
    options: { signal?: AbortSignal; toneMs?: number; gapMs?: number } = {},
  ): Promise<void> {
    if (!this.hasMedia) await this.#untilMedia(options.signal);
    for (const digit of digits) {
      if (this.#blocked(options.signal)) return;
      const waits = digit === 'w' ? 500 : digit === 'W' ? 1000 : undefined;
      if (waits === undefined) this.#host.send(this, { kind: 'digit', digit });
      const ms = waits ?? (options.toneMs ?? 100) + (options.gapMs ?? 60);
      await this.#wait(ms, options.signal);
    }
  }

  record(options: RecordOptions): LiveRecording {
    const recording = new FakeRecording(options, this.#host.timers, this, this.#host.save);
    this.#recordings.add(recording);
    void recording.finished.then(() => this.#recordings.delete(recording));
    if (this.#status === 'ended') void recording.end('call-ended');
    return recording;
  }

  mute(direction: 'in' | 'out', muted: boolean): void {
    this.#muted[direction] = muted;
    this.hearing.refresh();
    this.#refreshAudience();
  }

  async mediaStats(): Promise<MediaStats> {
    return this.#stats();
  }

  async refer(refer: Refer): Promise<ReferResult> {
    if (this.#status !== 'answered') return { end: 'not-answered' };
    if (this.#sentRefer && !this.#sentRefer.over) return { end: 'refused', referStatus: 491 };
    if (!isReferable(refer.to)) return { end: 'refused', referStatus: 400 };
    this.#signalled(true, 'REFER');
    this.#sentRefer = new FakeSentRefer(refer, this.#timers);
    const to = typeof refer.to === 'string' ? refer.to : `sip:${refer.to.facts.to}@far.example?Replaces=${refer.to.id}`;
    this.#host.send(this, { kind: 'refer', to });
    return this.#sentRefer.result;
  }

  /** Another far end has it from now on: that of a call that took its place. */
  takenOver(facts: CallFacts): void {
    const { sipCallId, remoteAddress, transport } = facts;
    this.facts = { ...this.facts, sipCallId, remoteAddress, transport };
    this.#receivedRefers.forget();
    this.#says([]);
    this.#hold(false);
    this.#openMedia();
    this.#events.emit('replaced');
    if (this.#status === 'answered') return;
    this.#advance('answer');
    this.#events.emit('answered');
  }

  /** What others hear of this leg now. */
  get heardByOthers(): readonly Sounding[] {
    if (!this.hasMedia || this.#muted.in) return [];
    return this.said.current.map((said) => ({ ...said, from: 'peer', peer: this.id }));
  }

  /** The far end speaks. Called by the engine. */
  receive(message: FarEndMessage) {
    if (this.#status === 'ended') return;
    switch (message.kind) {
      case 'refer':
        this.#signalled(false, 'REFER');
        return this.#receivedRefers.received(
          message.refer,
          this.#status === 'answered',
          (request) => {
            if (this.#events.listenerCount('referred') === 0) return false;
            this.#events.emit('referred', request);
            return true;
          },
          (news) => this.#host.tellReferrer(this, news),
        );
      case 'refer-answered':
        return this.#sentRefer?.answered(message.status);
      case 'notified':
        this.#signalled(false, 'NOTIFY');
        return this.#sentRefer?.notified(message.status);
      case 'ringing':
        this.#signalled(false, '180 Ringing');
        if (!legAllows(this.#status, 'ring')) return;
        this.#advance('ring');
        return this.#events.emit('ringing');
      case 'early-media':
        this.#signalled(false, '183 Session Progress');
        if (!legAllows(this.#status, 'ring')) return;
        this.#advance('ring');
        this.#openMedia();
        return this.#events.emit('earlyMedia');
      case 'answer':
        this.#signalled(false, '200 OK');
        this.#openMedia();
        this.#advance('answer');
        return this.#events.emit('answered');
      case 'refuse':
        this.#signalled(false, `${message.status}`);
        return this.finish(terminationFromStatus(message.status, 'remote'));
      case 'cancel':
        // Too late once answered (RFC 3261 9.2): the caller's BYE follows.
        if (this.#status === 'answered') return;
        this.#signalled(false, 'CANCEL');
        return this.#refuse(487, {}, { result: 'canceled', by: 'remote', reason: 'caller-canceled', sip: 487 });
      case 'bye':
        this.#signalled(false, 'BYE');
        return this.finish({ result: 'completed', by: 'remote', reason: 'hangup' });
      case 'digit':
        return this.#digit(message.digit);
      case 'say':
        return this.#says([{ sound: message.sound, from: 'far-end', loops: 1, begunAt: this.#timers.now() }]);
      case 'hush':
        return this.#says([]);
      case 'hold':
      case 'resume':
        return this.#hold(message.kind === 'hold');
      case 'vanish':
        this.#says([]);
        this.#timers.after(this.#host.mediaLossMs, () => this.hangUp({ by: 'system', reason: 'media-lost' }));
        return;
    }
  }

  /** Ends the leg, once: everything on it is settled and closed, then `ended` is emitted. */
  finish(termination: Termination): void {
    if (this.#status === 'ended') return;
    const stats = this.#stats();
    this.#advance('end');
    this.#termination = termination;
    this.hearing.stopPlaying('call-ended');
    this.#digits.close();
    this.#sentRefer?.end('untold');
    this.#host.ended(this);
    this.said.set([]);
    this.hearing.refresh();
    for (const wake of [...this.#waiters]) wake();
    this.#timers.cancelAll();
    const closing = [...this.#recordings].map((recording) => recording.end('call-ended'));
    void Promise.all(closing).then(() => {
      this.#host.over(this);
      this.#events.emit('ended', termination, stats);
    });
  }

  #refuse(status: number, headers: Headers, termination: Termination): void {
    this.#signalled(true, `${status}`);
    this.#host.send(this, { kind: 'refused', status, headers });
    this.finish(termination);
  }

  #checkCodecs(): void {
    if (this.#offered.includes('PCMU') || this.#offered.includes('PCMA')) return;
    this.#refuse(488, {}, terminationFromStatus(488, 'system'));
    throw new NoCommonCodecError(this.#offered);
  }

  #openMedia(): void {
    if (this.#mediaSince !== undefined) return;
    this.#mediaSince = this.#timers.now();
    for (const wake of [...this.#waiters]) wake();
    this.hearing.refresh();
    this.#refreshAudience();
  }

  #digit(digit: string): void {
    if (!this.hasMedia) return;
    this.#digits.push(digit);
    this.#events.emit('digit', digit);
    for (const leg of this.#host.audienceOf(this)) if (leg.hasMedia) this.#host.send(leg, { kind: 'digit', digit });
  }

  #says(soundings: readonly Sounding[]): void {
    this.said.set(soundings);
    for (const recording of this.#recordings) recording.saidChanged();
    this.#refreshAudience();
  }

  #refreshAudience(): void {
    for (const leg of this.#host.audienceOf(this)) leg.hearing.refresh();
  }

  #hold(held: boolean): void {
    if (this.#held === held || this.#status !== 'answered') return;
    this.#held = held;
    this.#signalled(false, 'INVITE (re)');
    this.hearing.refresh();
    this.#events.emit(held ? 'held' : 'resumed');
  }

  /** Resolves when media opens, the leg ends or the signal aborts. */
  #untilMedia(signal: AbortSignal | undefined): Promise<void> {
    return this.#blocked(signal) ? Promise.resolve() : this.#wait(undefined, signal);
  }

  #blocked(signal: AbortSignal | undefined): 'interrupted' | 'call-ended' | undefined {
    if (this.#status === 'ended') return 'call-ended';
    return signal?.aborted ? 'interrupted' : undefined;
  }

  /** Resolves after `ms`, when the leg ends (or its media opens, where it had none), or when the signal aborts. */
  #wait(ms: number | undefined, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiters.delete(wake);
        signal?.removeEventListener('abort', wake);
        cancel();
        resolve();
      };
      const cancel = ms === undefined ? () => undefined : this.#timers.after(ms, wake);
      this.#waiters.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  #stats(): MediaStats {
    if (this.#mediaSince === undefined) return noMedia;
    const packets = Math.floor((this.#timers.now() - this.#mediaSince) / 20);
    return {
      ...noMedia,
      codec: this.#offered.includes('PCMU') ? 'PCMU' : 'PCMA',
      packetsSent: packets,
      packetsReceived: packets,
      mos: packets > 0 ? 4.4 : undefined,
    };
  }

  #advance(signal: LegSignal): void {
    this.#status = advanceLeg(this.#status, signal);
  }

  #signalled(sent: boolean, line: string): void {
    this.#events.emit('signalling', { sent, line });
  }
}
