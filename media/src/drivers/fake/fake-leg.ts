import { DigitInbox } from '../../port/digit-inbox.js';
import { NoCommonCodecError } from '../../port/engine-errors.js';
import { LegRecord } from '../../port/leg-record.js';
import type { LegSnapshot } from '../../port/leg-snapshot.js';
import { legAllows } from '../../port/leg-state.js';
import type {
  CallFacts,
  CollectOptions,
  CollectResult,
  Headers,
  LiveCall,
  LiveRecording,
  MediaStats,
  PlayOptions,
  PlayResult,
  RecordOptions,
} from '../../port/live-call.js';
import { OfferedTransfers } from '../../port/offered-transfers.js';
import type { Sound } from '../../port/sound.js';
import type { Termination } from '../../port/termination.js';
import { localTermination, refusalStatus, terminationFromStatus } from '../../port/termination-from-sip.js';
import { TimerSet } from '../../port/timer-set.js';
import type { Refer, ReferResult } from '../../port/transfer.js';
import type { EngineMessage, FarEndMessage } from './fake-far-end.js';
import type { FakeHearing } from './fake-hearing.js';
import type { FakeRecording } from './fake-recording.js';
import { type FakeLegState, fakeSnapshot } from './fake-snapshot.js';
import { FakeSound } from './fake-sound.js';
import { FakeSentRefer, fakeReferAnswers, isReferable, type ReferNews } from './fake-transfers.js';
import type { SoundTrack } from './sound-track.js';

/** What a leg needs of its engine. */
export interface FakeLegHost {
  readonly timers: TimerSet;
  readonly mediaLossMs: number;
  /** Legs tell of their snapshots. */
  readonly snapshots: boolean;
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

/** A leg without sound: every rule of the port, and a log of what was said and heard. */
export class FakeLeg extends LegRecord implements LiveCall {
  readonly direction: 'inbound' | 'outbound';
  readonly #host: FakeLegHost;
  readonly #timers: TimerSet;
  readonly #digits: DigitInbox;
  /** Codecs the caller offered. */
  readonly #offered: readonly string[];
  readonly #waiters = new Set<() => void>();
  readonly #transfers: OfferedTransfers;
  #sentRefer: FakeSentRefer | undefined;
  #sound: FakeSound;
  #isLed = true;

  constructor(
    init: FakeLegState & { readonly id: string; readonly status: 'dialing' | 'ringing' | 'answered' },
    sound: FakeSound,
    host: FakeLegHost,
  ) {
    super(init);
    this.direction = init.direction;
    this.#offered = init.offered;
    this.#host = host;
    this.#timers = new TimerSet(host.timers);
    this.#digits = new DigitInbox(this.#timers);
    this.#sound = sound;
    this.#transfers = new OfferedTransfers(this);
  }

  get sound(): FakeSound {
    return this.#sound;
  }

  /** What the far end said. */
  get said(): SoundTrack {
    return this.#sound.said;
  }

  /** What it is given to hear. */
  get hearing(): FakeHearing {
    return this.#sound.hearing;
  }

  get hasMedia(): boolean {
    return this.#sound.isOpen && this.status !== 'ended';
  }

  /** The log of what it was given to hear. */
  get heard(): SoundTrack {
    return this.hearing.track;
  }

  get openRecordings(): number {
    return this.#sound.openRecordings;
  }

  /** Its engine's process lives. */
  get isLed(): boolean {
    return this.#isLed;
  }

  /** Its engine's process died: from now on it does nothing out there, and hears of nothing. */
  cutOff(): void {
    this.#isLed = false;
    this.#sound = new FakeSound(this.id, this.#timers, async () => {});
  }

  snapshot(): LegSnapshot | undefined {
    if (!this.#host.snapshots || this.status !== 'answered') return undefined;
    return fakeSnapshot(this.id, { direction: this.direction, facts: this.facts, offered: this.#offered });
  }

  /** The far ends of a leg that nobody restores see it end. */
  unansweredSnapshot(): undefined {}

  /** Recordings that a process before this one began. */
  recordingsFromBefore(): readonly LiveRecording[] {
    return this.#sound.recordings.map((recording) => this.#lead(recording));
  }

  ring(): void {
    if (this.direction !== 'inbound' || this.status !== 'ringing') return;
    this.#signalled(true, '180 Ringing');
    this.#host.send(this, { kind: 'ringing' });
  }

  async earlyMedia(): Promise<void> {
    if (this.direction !== 'inbound' || this.status !== 'ringing' || this.hasMedia) return;
    this.#checkCodecs();
    this.#signalled(true, '183 Session Progress');
    this.#host.send(this, { kind: 'early-media' });
    this.#openMedia();
  }

  async answer(): Promise<void> {
    if (this.direction !== 'inbound' || this.status !== 'ringing') return;
    this.#checkCodecs();
    this.#signalled(true, '200 OK');
    this.#host.send(this, { kind: 'answered' });
    this.#openMedia();
    this.#becomeAnswered();
  }

  reject(status: number, options: { reason?: string; retryAfterSeconds?: number; headers?: Headers } = {}): void {
    if (this.direction !== 'inbound' || this.status !== 'ringing') return;
    const retry = options.retryAfterSeconds;
    const headers = { ...options.headers, ...(retry === undefined ? {} : { 'Retry-After': String(retry) }) };
    this.#refuse(status, headers, terminationFromStatus(status, 'local'));
  }

  hangUp(why?: Partial<Termination>) {
    if (this.status === 'ended') return;
    const termination = localTermination(why, this.status === 'answered');
    if (this.status === 'answered') {
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
    return blocked ? { end: blocked, playedMs: 0 } : this.#whileLed(this.hearing.play(sound, options));
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
    return this.#lead(this.#sound.record(options));
  }

  mute(direction: 'in' | 'out', muted: boolean): void {
    this.#sound.mute(direction, muted);
  }

  async mediaStats(): Promise<MediaStats> {
    return this.#stats();
  }

  async refer(refer: Refer): Promise<ReferResult> {
    if (this.status !== 'answered') return { end: 'not-answered' };
    if (this.#sentRefer && !this.#sentRefer.over) return { end: 'refused', referStatus: 491 };
    if (!isReferable(refer.to)) return { end: 'refused', referStatus: 400 };
    this.#signalled(true, 'REFER');
    this.#sentRefer = new FakeSentRefer(refer, this.#timers);
    const to = typeof refer.to === 'string' ? refer.to : `sip:${refer.to.facts.to}@far.example?Replaces=${refer.to.id}`;
    this.#host.send(this, { kind: 'refer', to });
    return this.#sentRefer.result;
  }

  /** Another far end has it from now on: that of a call that took its place. */
  takenOver({ sipCallId, remoteAddress, transport }: CallFacts): void {
    this.learn({ sipCallId, remoteAddress, transport });
    this.#transfers.forget();
    this.#sound.says(undefined);
    this.#hold(false);
    this.#openMedia();
    this.emitter.emit('replaced');
    if (this.status === 'answered') this.#changed();
    else this.#becomeAnswered();
  }

  /** The far end speaks. Called by the engine. */
  receive(message: FarEndMessage) {
    if (this.status === 'ended') return;
    switch (message.kind) {
      case 'refer':
        this.#signalled(false, 'REFER');
        return this.#transfers.received(
          message.refer,
          fakeReferAnswers(message.refer, (news) => this.#host.tellReferrer(this, news)),
        );
      case 'refer-answered':
        return this.#sentRefer?.answered(message.status);
      case 'notified':
        this.#signalled(false, 'NOTIFY');
        return this.#sentRefer?.notified(message.status);
      case 'ringing':
        this.#signalled(false, '180 Ringing');
        if (!legAllows(this.status, 'ring')) return;
        this.advance('ring');
        return this.emitter.emit('ringing');
      case 'early-media':
        this.#signalled(false, '183 Session Progress');
        if (!legAllows(this.status, 'ring')) return;
        this.advance('ring');
        this.#openMedia();
        return this.emitter.emit('earlyMedia');
      case 'answer':
        this.#signalled(false, '200 OK');
        this.#openMedia();
        return this.#becomeAnswered();
      case 'refuse':
        this.#signalled(false, `${message.status}`);
        return this.finish(terminationFromStatus(message.status, 'remote'));
      case 'cancel':
        // Too late once answered (RFC 3261 9.2): the caller's BYE follows.
        if (this.status === 'answered') return;
        this.#signalled(false, 'CANCEL');
        return this.#refuse(487, {}, { result: 'canceled', by: 'remote', reason: 'caller-canceled', sip: 487 });
      case 'bye':
        this.#signalled(false, 'BYE');
        return this.finish({ result: 'completed', by: 'remote', reason: 'hangup' });
      case 'digit':
        return this.#digit(message.digit);
      case 'say':
        return this.#sound.says(message.sound);
      case 'hush':
        return this.#sound.says(undefined);
      case 'hold':
      case 'resume':
        return this.#hold(message.kind === 'hold');
      case 'vanish':
        this.#sound.says(undefined);
        this.#timers.after(this.#host.mediaLossMs, () => this.hangUp({ by: 'system', reason: 'media-lost' }));
        return;
    }
  }

  /** Ends the leg, once: everything on it is settled and closed, then `ended` is emitted. */
  finish(termination: Termination): void {
    if (this.status === 'ended') return;
    const stats = this.#stats();
    this.terminate(termination);
    this.#digits.close();
    this.#sentRefer?.end('untold');
    this.#host.ended(this);
    for (const wake of [...this.#waiters]) wake();
    this.#timers.cancelAll();
    void this.#sound.close().then(() => {
      this.#host.over(this);
      this.emitter.emit('ended', termination, stats);
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

  #becomeAnswered(): void {
    this.advance('answer');
    this.emitter.emit('answered');
    this.#changed();
  }

  #changed(): void {
    if (this.#host.snapshots) this.emitter.emit('snapshotChanged');
  }

  #openMedia(): void {
    this.#sound.open();
    for (const wake of [...this.#waiters]) wake();
  }

  /** The recording as this process has it. */
  #lead(recording: FakeRecording): LiveRecording {
    return {
      id: recording.id,
      pause: (mode) => recording.pause(mode),
      resume: () => recording.resume(),
      stop: () => this.#whileLed(recording.stop()),
      finished: this.#whileLed(recording.finished),
    };
  }

  /** What the sound comes to, for a process that lives to see it. */
  #whileLed<Result>(promise: Promise<Result>): Promise<Result> {
    return new Promise((resolve) => {
      void promise.then((result) => {
        if (this.#isLed) resolve(result);
      });
    });
  }

  #digit(digit: string): void {
    if (!this.hasMedia) return;
    this.#digits.push(digit);
    this.emitter.emit('digit', digit);
    for (const leg of this.#host.audienceOf(this)) if (leg.hasMedia) this.#host.send(leg, { kind: 'digit', digit });
  }

  #hold(held: boolean): void {
    if (this.#sound.held === held || this.status !== 'answered') return;
    this.#signalled(false, 'INVITE (re)');
    this.#sound.hold(held);
    this.emitter.emit(held ? 'held' : 'resumed');
    this.#changed();
  }

  /** Resolves when media opens, the leg ends or the signal aborts. */
  #untilMedia(signal: AbortSignal | undefined): Promise<void> {
    return this.#blocked(signal) ? Promise.resolve() : this.#wait(undefined, signal);
  }

  #blocked(signal: AbortSignal | undefined): 'interrupted' | 'call-ended' | undefined {
    if (this.status === 'ended') return 'call-ended';
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
    return this.#sound.stats(this.#offered.includes('PCMU') ? 'PCMU' : 'PCMA');
  }

  #signalled(sent: boolean, line: string): void {
    this.emitter.emit('signalling', { sent, line });
  }
}
