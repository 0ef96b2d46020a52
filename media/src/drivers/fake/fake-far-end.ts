import type { Clock } from '@hookswitch/kernel/clock';
import type { Headers } from '../../port/live-call.js';
import { audioDurationMs, type Sound } from '../../port/sound.js';
import { TimerSet } from '../../port/timer-set.js';
import type { FakeRefer, ReferNews } from './fake-transfers.js';
import type { FarEndAct, FarEndScript } from './far-end-script.js';
import type { SoundEntry } from './sound-track.js';

/** What a far end tells the engine. */
export type FarEndMessage =
  | { readonly kind: 'ringing' | 'early-media' | 'answer' | 'cancel' | 'bye' | 'hold' | 'resume' | 'hush' | 'vanish' }
  | { readonly kind: 'refuse'; readonly status: number }
  | { readonly kind: 'digit'; readonly digit: string }
  | { readonly kind: 'say'; readonly sound: Sound }
  | { readonly kind: 'refer'; readonly refer: FakeRefer }
  | ReferNews;

/** What the engine tells a far end. */
export type EngineMessage =
  | { readonly kind: 'ringing' | 'early-media' | 'answered' | 'cancel' | 'bye' }
  | { readonly kind: 'refused'; readonly status: number; readonly headers: Headers }
  | { readonly kind: 'digit'; readonly digit: string }
  | { readonly kind: 'refer'; readonly to: string }
  | ReferNews;

/** The engine's end of the line. */
export interface FarEndLine {
  send(message: FarEndMessage): void;
  /** What the far end hears, as the engine logged it. */
  heard(): readonly SoundEntry[];
}

/** Where a far end stands: it called us (`calling`) or we called it (`called`). */
export type FarEndStatus = 'calling' | 'called' | 'answered' | 'ended';

/**
 * One far end of one call: a phone or carrier without sound of its own, led by a script, by hand, or by both. Each method is what its user does.
 * What it sends arrives at the engine after the network's latency, so that crossing messages cross here as they do on a wire.
 */
export class FakeFarEnd {
  /** From number and dialled number, as this call has them. */
  readonly from: string;
  readonly to: string;
  /** Headers of our INVITE, where we called it. */
  readonly headers: Headers;
  /** What it does by itself: the very object it was given. */
  readonly script: FarEndScript;
  /** Digits the engine sent. */
  receivedDigits = '';
  /** Whether we told a caller that it rings, or that sound comes early. */
  readonly told: ('ringing' | 'early-media')[] = [];
  /** Where we sent it to (REFER). */
  readonly referredTo: string[] = [];
  /** Answers to its own REFERs, and what it was told of them. */
  readonly referAnswers: number[] = [];
  readonly notified: number[] = [];
  /** The status that refused its call. */
  refusedWith: number | undefined;
  refusalHeaders: Headers = {};
  /** Resolves once the call is over for it. */
  readonly ended: Promise<void>;
  readonly #timers: TimerSet;
  readonly #line: FarEndLine;
  #status: FarEndStatus;
  #gaveUp = false;
  #saying: Sound | undefined;
  #end!: () => void;

  constructor(
    call: { from: string; to: string; headers: Headers; side: 'calling' | 'called' },
    script: FarEndScript,
    line: FarEndLine,
    clock: Clock,
  ) {
    this.from = call.from;
    this.to = call.to;
    this.headers = call.headers;
    this.#status = call.side;
    this.script = script;
    this.#line = line;
    this.#timers = new TimerSet(clock);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    if (call.side === 'called') this.#followScript();
  }

  get status(): FarEndStatus {
    return this.#status;
  }

  /** All it heard so far, in order. */
  get heard(): readonly SoundEntry[] {
    return this.#line.heard();
  }

  /** All it hears now: whose sound it is and since when. */
  get hearsNow(): readonly SoundEntry[] {
    return this.heard.filter(({ endedAt }) => endedAt === undefined);
  }

  /** What it hears now; of several the one that came last. */
  get hears(): Sound | undefined {
    return this.hearsNow.at(-1)?.sound;
  }

  ring(): void {
    if (this.#status === 'called') this.#line.send({ kind: 'ringing' });
  }

  sendEarlyMedia(): void {
    if (this.#status === 'called') this.#line.send({ kind: 'early-media' });
  }

  answer(): void {
    if (this.#status !== 'called') return;
    this.#status = 'answered';
    this.#line.send({ kind: 'answer' });
    this.#act(this.script.afterAnswer ?? []);
  }

  refuse(status: number): void {
    if (this.#status !== 'called') return;
    this.#line.send({ kind: 'refuse', status });
    this.#over();
  }

  /** Puts the receiver down: BYE, CANCEL of its own call, or 603 where we call it. */
  hangUp() {
    if (this.#status === 'called') return this.refuse(603);
    if (this.#status === 'answered') {
      this.#line.send({ kind: 'bye' });
      this.#over();
    } else if (this.#status === 'calling' && !this.#gaveUp) {
      this.#gaveUp = true;
      this.#line.send({ kind: 'cancel' });
    }
  }

  press(digits: string): void {
    if (this.#status !== 'ended') for (const digit of digits) this.#line.send({ kind: 'digit', digit });
  }

  /** Says a sound until it is over, `hush`, or another. A tone with several cadence parts goes on until then. */
  say(sound: Sound): void {
    if (this.#status === 'ended') return;
    this.#saying = sound;
    this.#line.send({ kind: 'say', sound });
    const lasts = durationMs(sound);
    if (lasts !== undefined) this.#timers.after(lasts, () => this.hush(sound));
  }

  /** Falls silent (where `only` is given: if it still says that). */
  hush(only?: Sound): void {
    if (this.#status === 'ended' || (only && this.#saying !== only)) return;
    this.#saying = undefined;
    this.#line.send({ kind: 'hush' });
  }

  hold(): void {
    if (this.#status === 'answered') this.#line.send({ kind: 'hold' });
  }

  resume(): void {
    if (this.#status === 'answered') this.#line.send({ kind: 'resume' });
  }

  /** Presses "transfer": asks for whoever it talks to to be connected elsewhere. */
  refer(refer: FakeRefer): void {
    if (this.#status !== 'ended') this.#line.send({ kind: 'refer', refer });
  }

  /** Tells how the call stands that we sent it to make. */
  notify(status: number): void {
    if (this.#status !== 'ended') this.#line.send({ kind: 'notified', status });
  }

  /** Loses its network: nothing comes from it any more. */
  vanish(): void {
    if (this.#status === 'ended') return;
    this.#line.send({ kind: 'vanish' });
    this.#over();
  }

  /** The engine's side speaks. Called by the network. */
  receive(message: EngineMessage) {
    // A NOTIFY outlives the call (RFC 5057 3.1).
    if (message.kind === 'notified') this.notified.push(message.status);
    if (this.#status === 'ended') return;
    switch (message.kind) {
      case 'ringing':
      case 'early-media':
        this.told.push(message.kind);
        return;
      case 'digit':
        this.receivedDigits += message.digit;
        return;
      case 'answered':
        this.#status = 'answered';
        // A 200 that crossed our CANCEL is acknowledged and hung up (RFC 3261 9.1).
        if (this.#gaveUp) return this.hangUp();
        return this.#act(this.script.afterAnswer ?? []);
      case 'refused':
        this.refusedWith = message.status;
        this.refusalHeaders = message.headers;
        return this.#over();
      case 'refer-answered':
        this.referAnswers.push(message.status);
        return;
      case 'notified':
        return;
      case 'refer':
        return this.#referred(message.to);
      case 'cancel':
        // It answered before the CANCEL came: the BYE that follows ends it.
        if (this.#status !== 'answered') this.#over();
        return;
      case 'bye':
        return this.#over();
    }
  }

  #referred(to: string): void {
    this.referredTo.push(to);
    const { answer = 202, notifies = [] } = this.script.onRefer ?? {};
    this.#line.send({ kind: 'refer-answered', status: answer });
    if (answer < 300) for (const status of notifies) this.notify(status);
  }

  #followScript(): void {
    const { codecs, ringAfterMs, earlyMediaAfterMs, answerAfterMs, refuse } = this.script;
    if (codecs && !codecs.includes('PCMU') && !codecs.includes('PCMA')) {
      this.#timers.after(0, () => this.refuse(488));
      return;
    }
    if (ringAfterMs !== undefined) this.#timers.after(ringAfterMs, () => this.ring());
    if (earlyMediaAfterMs !== undefined) this.#timers.after(earlyMediaAfterMs, () => this.sendEarlyMedia());
    if (answerAfterMs !== undefined) this.#timers.after(answerAfterMs, () => this.answer());
    if (refuse) this.#timers.after(refuse.afterMs, () => this.refuse(refuse.status));
  }

  #act([act, ...rest]: readonly FarEndAct[]): void {
    if (!act) return;
    this.#timers.after(act.afterMs, () => {
      if (this.#status !== 'answered') return;
      this.#do(act);
      this.#act(rest);
    });
  }

  #do(act: FarEndAct) {
    switch (act.do) {
      case 'press':
        return this.press(act.digits);
      case 'say':
        return this.say(act.sound);
      case 'hush':
        return this.hush();
      case 'hold':
        return this.hold();
      case 'resume':
        return this.resume();
      case 'hang-up':
        return this.hangUp();
      case 'vanish':
        return this.vanish();
    }
  }

  #over(): void {
    this.#status = 'ended';
    this.#timers.cancelAll();
    this.#end();
  }
}

function durationMs(sound: Sound): number | undefined {
  if (sound.kind === 'audio') return audioDurationMs(sound);
  return sound.cadenceMs.length > 1 ? undefined : (sound.cadenceMs[0] ?? 0);
}
