import { Emitter, type Listenable } from '@hookswitch/kernel/emitter';
import { DigitInbox } from '../../port/digit-inbox.js';
import { advanceLeg, type LegSignal } from '../../port/leg-state.js';
import {
  type CallFacts,
  type CollectOptions,
  type CollectResult,
  type Headers,
  type LegEvents,
  type LegStatus,
  type LiveCall,
  type LiveRecording,
  type MediaStats,
  noMedia,
  type PlayOptions,
  type PlayResult,
  type RecordOptions,
} from '../../port/live-call.js';
import type { Sound } from '../../port/sound.js';
import type { Termination } from '../../port/termination.js';
import { localTermination } from '../../port/termination-from-sip.js';
import { TimerSet } from '../../port/timer-set.js';
import type { IncomingReinvite, InDialogRequest, SipEvent } from '../../sip/sip-event.js';
import { digitOfInfo } from './info-digits.js';
import type { LegDescription, MediaTerms } from './leg-description.js';
import { LegMedia } from './leg-media.js';
import type { LegSurroundings } from './leg-surroundings.js';

/** A key told by media and by INFO within this time is one press, milliseconds. */
const samePressMs = 400;

/** An event of one of the leg's SIP sessions. */
export type SessionEvent = Extract<SipEvent, { readonly sessionId: string }>;

/** What both directions share: state, digits, media, hold, ending. What differs is how a leg comes to be answered. */
export abstract class EmbeddedLeg implements LiveCall {
  readonly id: string;
  abstract readonly direction: 'inbound' | 'outbound';
  /** The leg's sound. */
  readonly media: LegMedia;
  /** Told when the leg ends; set by the engine. */
  onEnd: (() => void) | undefined;
  /** Passes a key on that came outside the media; set by the engine. */
  onSignalledDigit: ((digit: string) => void) | undefined;
  protected readonly around: LegSurroundings;
  protected readonly emitter: Emitter<LegEvents>;
  protected readonly timers: TimerSet;
  readonly #digits: DigitInbox;
  #facts: CallFacts;
  #status: LegStatus;
  #termination: Termination | undefined;
  #held = false;
  #lastDigit: { readonly digit: string; readonly via: 'media' | 'signalling'; readonly at: number } | undefined;
  #inbandListeners = 0;

  constructor(init: { id: string; legId: string; facts: CallFacts; status: LegStatus }, around: LegSurroundings) {
    this.id = init.id;
    this.#facts = init.facts;
    this.#status = init.status;
    this.around = around;
    this.emitter = new Emitter((error, event) =>
      around.logger.error({ err: error, event, callId: init.id }, 'a listener of a call failed'),
    );
    this.timers = new TimerSet(around.clock);
    this.#digits = new DigitInbox(this.timers);
    this.media = new LegMedia(init.legId, around.plane);
  }

  get events(): Listenable<LegEvents> {
    return this.emitter;
  }

  get facts(): CallFacts {
    return this.#facts;
  }

  get status(): LegStatus {
    return this.#status;
  }

  get termination(): Termination | undefined {
    return this.#termination;
  }

  /** Timers that the leg waits on. */
  get openTimers(): number {
    return this.timers.size;
  }

  abstract ring(): void;
  abstract earlyMedia(): Promise<void>;
  abstract answer(): Promise<void>;
  abstract reject(status: number, options?: { reason?: string; retryAfterSeconds?: number; headers?: Headers }): void;

  /** An event of a session of the leg. Called by the engine. */
  abstract handle(event: SessionEvent): void;

  /** Ends every session of the leg, as fits its state. */
  protected abstract endSignalling(termination: Termination): void;

  /** Our side of the answered session's media; undefined before. */
  protected abstract get description(): LegDescription | undefined;

  /** Where the session's signalling comes from. */
  protected abstract get signallingAddress(): string;

  hangUp(why?: Partial<Termination>): void {
    if (this.#status === 'ended') return;
    const termination = localTermination(why, this.#status === 'answered');
    this.endSignalling(termination);
    this.finish(termination);
  }

  play(sound: Sound, options: PlayOptions = {}): Promise<PlayResult> {
    return this.media.play(sound, options);
  }

  async collect(options: CollectOptions): Promise<CollectResult> {
    if (!options.inband) return this.#digits.collect(options);
    this.#inbandListeners += 1;
    this.media.listenInband(true);
    const result = await this.#digits.collect(options);
    this.#inbandListeners -= 1;
    if (this.#inbandListeners === 0) this.media.listenInband(false);
    return result;
  }

  flushDigits(): void {
    this.#digits.flush();
  }

  sendDigits(digits: string, options: { signal?: AbortSignal; toneMs?: number; gapMs?: number } = {}): Promise<void> {
    const { signal, ...lengths } = options;
    return this.media.sendDigits(digits, signal, lengths);
  }

  record(options: RecordOptions): LiveRecording {
    return this.media.record(options, this.around.clock.now());
  }

  mute(direction: 'in' | 'out', muted: boolean): void {
    this.media.mute(direction, muted);
  }

  mediaStats(): Promise<MediaStats> {
    return this.media.stats();
  }

  /** A key was pressed: heard by the media plane, or signalled. False where this press is known already: some phones tell it both ways. */
  digit(digit: string, via: 'media' | 'signalling'): boolean {
    if (this.#status === 'ended') return false;
    const now = this.timers.now();
    const last = this.#lastDigit;
    if (last && last.digit === digit && last.via !== via && now - last.at < samePressMs) {
      this.#lastDigit = undefined;
      return false;
    }
    this.#lastDigit = { digit, via, at: now };
    this.#digits.push(digit);
    this.emitter.emit('digit', digit);
    return true;
  }

  /** Nothing came in for the media-loss time. Before the answer that means nothing: ringback may simply stop. */
  mediaLost(): void {
    if (this.#status === 'answered') this.hangUp({ by: 'system', reason: 'media-lost' });
  }

  /** Ends the leg, once: everything on it settles, its media closes, then `ended` is emitted. */
  protected finish(termination: Termination): void {
    if (this.#status === 'ended') return;
    this.advance('end');
    this.#termination = termination;
    this.#digits.close();
    this.timers.cancelAll();
    this.onEnd?.();
    void this.media
      .close()
      .catch((error: unknown) => {
        this.around.logger.error({ err: error, callId: this.id }, 'the media of a call could not be closed');
        return noMedia;
      })
      .then((stats) => {
        this.around.over(this);
        this.emitter.emit('ended', termination, stats);
      });
  }

  /** Signalling taught us more. */
  protected learn(facts: Partial<CallFacts>): void {
    this.#facts = { ...this.#facts, ...facts };
  }

  protected advance(signal: LegSignal): void {
    this.#status = advanceLeg(this.#status, signal);
  }

  /** Sound goes to and comes from there now. */
  protected useMedia(terms: MediaTerms): void {
    this.media.setRemote({ ...terms.remote, signallingSourceAddress: this.signallingAddress });
  }

  /** A re-INVITE: hold, resume, or a new address (RFC 3264 8). */
  protected reinvited(event: IncomingReinvite): void {
    const { stack } = this.around;
    const { description } = this;
    const { requestId, sdp } = event;
    if (!description || this.#status !== 'answered') {
      stack.do((agent, now) => agent.respond(requestId, 491, {}, now));
      return;
    }
    if (sdp === undefined) {
      // Our offer; the answer comes with the ACK (RFC 3261 14.2).
      stack.do((agent, now) => agent.respond(requestId, 200, { sdp: description.offer() }, now));
      return;
    }
    try {
      const { sdp: answer, terms } = description.answer(sdp);
      stack.do((agent, now) => agent.respond(requestId, 200, { sdp: answer }, now));
      this.renegotiated(terms);
    } catch {
      stack.do((agent, now) => agent.respond(requestId, 488, {}, now));
    }
  }

  /** New terms of an answered session are in force. */
  protected renegotiated(terms: MediaTerms): void {
    this.useMedia(terms);
    if (terms.held === this.#held) return;
    this.#held = terms.held;
    this.emitter.emit(terms.held ? 'held' : 'resumed');
  }

  /** INFO and what else comes within the session. */
  protected requestedWithin({ requestId, request }: InDialogRequest): void {
    const { stack } = this.around;
    if (request.method === 'OPTIONS') {
      stack.do((agent, now) => agent.respond(requestId, 200, {}, now));
      return;
    }
    if (request.method !== 'INFO') {
      stack.do((agent, now) => agent.respond(requestId, 501, {}, now));
      return;
    }
    const digit = digitOfInfo(request.contentType, request.bodyText);
    // An INFO without a body only asks whether we live (RFC 2976).
    const status = digit !== undefined || request.body.length === 0 ? 200 : 415;
    const headers: [string, string][] = status === 415 ? [['Accept', 'application/dtmf-relay, application/dtmf']] : [];
    stack.do((agent, now) => agent.respond(requestId, status, { headers }, now));
    if (digit === undefined) return;
    if (this.digit(digit, 'signalling')) this.onSignalledDigit?.(digit);
  }
}
