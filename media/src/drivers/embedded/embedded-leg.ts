import { LegRecord, type LegRecordInit } from '../../port/leg-record.js';
import type { LegSnapshot } from '../../port/leg-snapshot.js';
import {
  type CallFacts,
  type CollectOptions,
  type CollectResult,
  type Headers,
  type LiveCall,
  type LiveRecording,
  type MediaStats,
  noMedia,
  type PlayOptions,
  type PlayResult,
  type RecordOptions,
} from '../../port/live-call.js';
import { straightPath } from '../../port/media-path.js';
import type { Sound } from '../../port/sound.js';
import type { Termination } from '../../port/termination.js';
import { localTermination } from '../../port/termination-from-sip.js';
import { TimerSet } from '../../port/timer-set.js';
import type { Refer, ReferResult } from '../../port/transfer.js';
import type { SessionSnapshot } from '../../sip/dialogs/session-snapshot.js';
import type { UnansweredInvite } from '../../sip/dialogs/unanswered-invite.js';
import { senderOf } from '../../sip/flow.js';
import type { IncomingOffer, IncomingReinvite, SipEvent } from '../../sip/sip-event.js';
import { answerOffer, offerInstead } from './answer-offer.js';
import { AnsweredDialog } from './answered-dialog.js';
import { describeInvite } from './describe-invite.js';
import { endpointOf, type PendingInvite } from './incoming-calls.js';
import type { LegDescription, MediaTerms } from './leg-description.js';
import { LegDigits } from './leg-digits.js';
import { LegMedia } from './leg-media.js';
import { LegRequests } from './leg-requests.js';
import type { LegSurroundings } from './leg-surroundings.js';
import { refusalFor } from './media-refusal.js';
import { relayedStats } from './relay/relayed-stats.js';
import { takeSnapshot, takeUnansweredSnapshot } from './restore/take-snapshot.js';
import { reasonHeader, terminationOfSession } from './session-end.js';

/** An event of one of the leg's SIP sessions. */
export type SessionEvent = Extract<SipEvent, { readonly sessionId: string }>;

export interface EmbeddedLegInit extends LegRecordInit {
  readonly legId: string;
  /** What a former process left of it. */
  readonly former?: FormerLeg;
}

/** An answered leg of a former process. */
export interface FormerLeg {
  readonly media: LegMedia;
  readonly dialog: AnsweredDialog;
  /** The far end holds us. */
  readonly held: boolean;
}

/** What both directions share: state, digits, media, hold, ending. What differs is how a leg comes to be answered. */
export abstract class EmbeddedLeg extends LegRecord implements LiveCall {
  abstract readonly direction: 'inbound' | 'outbound';
  /** The leg's sound. */
  readonly media: LegMedia;
  /** Told when the leg ends; set by the engine. */
  onEnd: (() => void) | undefined;
  /** Passes a key on that came outside the media; set by the engine. */
  onSignalledDigit: ((digit: string) => void) | undefined;
  protected readonly around: LegSurroundings;
  protected readonly timers: TimerSet;
  readonly #digits: LegDigits;
  /** Whether the far end holds us, and whether that was told. */
  #farHolds = false;
  #held = false;
  /** Most legs see none. */
  #requests: LegRequests | undefined;
  #successor: AnsweredDialog | undefined;

  constructor(init: EmbeddedLegInit, around: LegSurroundings) {
    super(init, (error, event) =>
      around.logger.error({ err: error, event, callId: init.id }, 'a listener of a call failed'),
    );
    this.around = around;
    this.timers = new TimerSet(around.clock);
    this.media = init.former?.media ?? new LegMedia(init.legId, around.plane);
    this.#digits = new LegDigits(this.timers, (on) => this.media.listenInband(on));
    this.#successor = init.former?.dialog;
    this.#farHolds = this.#held = init.former?.held ?? false;
  }

  snapshot(): LegSnapshot | undefined {
    return this.around.keepsSnapshots ? takeSnapshot(this) : undefined;
  }

  unansweredSnapshot(): LegSnapshot | undefined {
    return this.around.keepsSnapshots ? takeUnansweredSnapshot(this) : undefined;
  }

  /** Its INVITEs that have no final answer, as plain data. */
  unansweredInvites(): readonly UnansweredInvite[] {
    return this.around.stack.do((agent) => this.openSessionIds.flatMap((id) => agent.unansweredOf(id) ?? []));
  }

  /** The answered session as plain data. */
  sessionSnapshot(): SessionSnapshot | undefined {
    const { sessionId } = this;
    return sessionId === undefined ? undefined : this.around.stack.do((agent) => agent.snapshotOf(sessionId));
  }

  /** The other end is a node of this installation. */
  get isInside(): boolean {
    return this.around.isInside;
  }

  /** The far end holds us. */
  get isHeld(): boolean {
    return this.#farHolds;
  }

  /** Told when `snapshot` may be another than before. Called by the engine. */
  snapshotChanged(): void {
    this.emitter.emit('snapshotChanged');
  }

  /** Timers that the leg waits on. */
  get openTimers(): number {
    return this.timers.size;
  }

  abstract ring(): void;
  abstract earlyMedia(): Promise<void>;
  abstract answer(): Promise<void>;
  abstract reject(status: number, options?: { reason?: string; retryAfterSeconds?: number; headers?: Headers }): void;

  /** An event of a session that the leg began with. */
  protected abstract handleOwn(event: SessionEvent): void;

  /** Ends every session that the leg began with, as fits its state. */
  protected abstract endSignalling(termination: Termination): void;

  /** Our side of the answered session's media; undefined before. */
  protected abstract get ownDescription(): LegDescription | undefined;

  /** Where that session's signalling comes from. */
  protected abstract get ownAddress(): string;

  /** That session, once answered. */
  protected abstract get ownSessionId(): string | undefined;

  /** The sessions that the leg began with, those that are over left out. */
  protected abstract get openSessionIds(): readonly string[];

  /** The phone of ours that the leg began with. */
  protected abstract readonly ownEndpointId: string | undefined;

  /** It was dialled to a phone that registered with us. */
  abstract readonly isToOurPhone: boolean;

  /** The answered session of the leg. */
  get sessionId(): string | undefined {
    return this.#successor?.sessionId ?? this.ownSessionId;
  }

  get description(): LegDescription | undefined {
    return this.#successor?.description ?? this.ownDescription;
  }

  /** The phone of ours at the far end. */
  get endpointId(): string | undefined {
    return this.#successor ? this.#successor.endpointId : this.ownEndpointId;
  }

  get signallingAddress(): string {
    return this.#successor?.address ?? this.ownAddress;
  }

  /** An event of a session of the leg. Called by the engine. */
  handle(event: SessionEvent): void {
    if (this.#successor?.owns(event)) this.#handleSuccessor(this.#successor, event);
    else this.handleOwn(event);
  }

  hangUp(why?: Partial<Termination>): void {
    if (this.status === 'ended') return;
    const termination = localTermination(why, this.status === 'answered');
    if (this.#successor) this.#endSuccessor(this.#successor, termination);
    else this.endSignalling(termination);
    this.finish(termination);
  }

  refer(refer: Refer): Promise<ReferResult> {
    return this.#withRequests.refer(refer);
  }

  /**
   * Goes on with another dialog: answers its INVITE, and ends the one it had (RFC 3891 3). Throws, the leg as it was, where its media cannot be had: then the INVITE
   * is not answered yet.
   */
  async takeOver(
    { invite, encryption, source }: PendingInvite,
    { sipCallId, remoteAddress, transport }: CallFacts,
  ): Promise<boolean> {
    const { stack, mediaAddress, relays } = this.around;
    const port = await this.media.takePorts(mediaAddress(senderOf(invite.flow).address));
    const { description, sdp, terms } = await describeInvite(invite, { port, encryption }, this.around);
    if (this.status === 'ended' || !stack.do((agent, now) => agent.respond(invite.requestId, 200, { sdp }, now))) {
      relays.unbind(invite.sessionId);
      return false;
    }
    const gone: Termination = { result: 'completed', by: 'local', reason: 'answered-elsewhere' };
    if (this.#successor) this.#endSuccessor(this.#successor, gone);
    else this.endSignalling(gone);
    const { address } = senderOf(invite.flow);
    this.#successor = new AnsweredDialog(invite.sessionId, description, address, endpointOf(source));
    this.around.follow(invite.sessionId, this);
    this.learn({ sipCallId, remoteAddress, transport });
    this.#requests?.forget();
    if (terms) this.renegotiated(terms);
    this.emitter.emit('replaced');
    if (this.status !== 'answered') this.becomeAnswered();
    return true;
  }

  play(sound: Sound, options: PlayOptions = {}): Promise<PlayResult> {
    return this.media.play(sound, options);
  }

  collect(options: CollectOptions): Promise<CollectResult> {
    return this.#digits.collect(options);
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
    if (this.status === 'ended' || !this.#digits.take(digit, via)) return false;
    this.emitter.emit('digit', digit);
    return true;
  }

  /** Nothing came in for the media-loss time. Before the answer that means nothing: ringback may simply stop. */
  mediaLost(): void {
    if (this.status === 'answered') this.hangUp({ by: 'system', reason: 'media-lost' });
  }

  /** Its media is gone: the plane lost it, the relay gave it up, or could not take a description that the far end holds for settled. */
  mediaFailed(error: unknown): void {
    const [sip, reason] = refusalFor(error);
    this.hangUp({ result: 'failed', by: 'system', reason, ...(this.status === 'answered' ? {} : { sip }) });
  }

  /** Ends the leg, once: everything on it settles, its media closes, then `ended` is emitted. */
  protected finish(termination: Termination): void {
    if (this.status === 'ended') return;
    this.terminate(termination);
    this.#digits.close();
    this.#requests?.close();
    this.timers.cancelAll();
    this.onEnd?.();
    void this.#closeMedia()
      .catch((error: unknown) => {
        this.around.logger.error({ err: error, callId: this.id }, 'the media of a call could not be closed');
        return noMedia;
      })
      .then((stats) => {
        this.around.over(this);
        this.emitter.emit('ended', termination, stats);
      });
  }

  async #closeMedia(): Promise<MediaStats> {
    const relayed = this.description?.relayed?.close();
    const stats = await this.media.close();
    return relayed ? relayedStats(stats, await relayed) : stats;
  }

  /** Sound goes to and comes from there now. */
  protected useMedia(terms: MediaTerms): void {
    if (this.description) this.learn({ mediaPath: this.description.relayed?.path ?? straightPath });
    this.media.setRemote({ ...terms.remote, signallingSourceAddress: this.signallingAddress });
  }

  /** A re-INVITE: hold, resume, or a new address (RFC 3264 8). */
  #reinvited(event: IncomingReinvite): void {
    const { stack } = this.around;
    const { description } = this;
    const { requestId, sdp } = event;
    if (!description || this.status !== 'answered') {
      stack.do((agent, now) => agent.respond(requestId, 491, {}, now));
      return;
    }
    if (sdp === undefined) {
      offerInstead(event, description, stack);
      return;
    }
    const terms = this.answerOffer(event, sdp, description);
    if (terms) this.renegotiated(terms);
  }

  /** An offer without an INVITE, before or after the answer (RFC 3311, RFC 3262 5). */
  protected offered(event: IncomingOffer): void {
    const { description } = this;
    const terms = description && this.answerOffer(event, event.sdp, description);
    if (terms) this.renegotiated(terms);
    else if (!description) this.around.stack.do((agent, now) => agent.respond(event.requestId, 491, {}, now));
  }

  /** Answers an offer by this description of ours. Undefined where it cannot be taken: then everything stays as it was. */
  protected answerOffer(
    event: IncomingReinvite | IncomingOffer,
    sdp: string,
    description: LegDescription,
  ): MediaTerms | undefined {
    const hangUp = () => this.hangUp({ result: 'failed', by: 'system', reason: 'no-common-codec' });
    return answerOffer(event, sdp, description, { stack: this.around.stack, hangUp });
  }

  /** New terms of the session are in force. */
  protected renegotiated(terms: MediaTerms): void {
    this.useMedia(terms);
    this.#farHolds = terms.held;
    if (this.status === 'answered') this.#tellHold();
  }

  /** The leg is answered; a hold from before that is told now. */
  protected becomeAnswered(): void {
    this.advance('answer');
    this.emitter.emit('answered');
    this.#tellHold();
  }

  #tellHold(): void {
    if (this.#farHolds === this.#held || this.status !== 'answered') return;
    this.#held = this.#farHolds;
    this.emitter.emit(this.#held ? 'held' : 'resumed');
  }

  get #withRequests(): LegRequests {
    this.#requests ??= new LegRequests(this, this.around);
    return this.#requests;
  }

  /** What may come in any session, and is the same in all. */
  protected handleAny(event: SessionEvent) {
    switch (event.type) {
      case 'reinvite':
        return this.#reinvited(event);
      case 'offer':
        return this.offered(event);
      case 'in-dialog':
        return this.#withRequests.received(event);
      case 'signalling':
        return this.emitter.emit('signalling', { sent: event.sent, line: event.line });
      default:
        return;
    }
  }

  #handleSuccessor(successor: AnsweredDialog, event: SessionEvent) {
    if (this.status === 'ended') return;
    switch (event.type) {
      case 'acknowledged':
        return this.#successorAcknowledged(successor, event.sdp);
      case 'ended':
        this.around.unfollow(event.sessionId);
        return this.finish(terminationOfSession(event, true));
      default:
        return this.handleAny(event);
    }
  }

  #successorAcknowledged(successor: AnsweredDialog, sdp: string | undefined): void {
    try {
      const terms = successor.acknowledged(sdp);
      if (terms) this.renegotiated(terms);
    } catch {
      this.hangUp({ result: 'failed', by: 'system', reason: 'no-common-codec' });
    }
  }

  #endSuccessor({ sessionId }: AnsweredDialog, termination: Termination): void {
    this.around.unfollow(sessionId);
    this.around.stack.do((agent, now) => agent.hangUp(sessionId, { reason: reasonHeader(termination) }, now));
  }
}
