import { LegRecord, type LegRecordInit } from '../../../port/leg-record.js';
import type { LegSnapshot } from '../../../port/leg-snapshot.js';
import { type LegSignal, legAllows } from '../../../port/leg-state.js';
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
} from '../../../port/live-call.js';
import type { Sound } from '../../../port/sound.js';
import type { Termination } from '../../../port/termination.js';
import { localTermination } from '../../../port/termination-from-sip.js';
import { TimerSet } from '../../../port/timer-set.js';
import type { Refer, ReferResult } from '../../../port/transfer.js';
import { encryptionOfChannel } from '../channel/channel-encryption.js';
import { hangupOfChannel } from '../channel/channel-facts.js';
import { mediaStatsOfChannel } from '../channel/channel-media-stats.js';
import { lostTermination } from '../channel/lost-termination.js';
import { terminationFromHangup } from '../channel/termination-from-cause.js';
import { type EslEvent, plainEvent } from '../esl/esl-event.js';
import type { LegPlayer } from '../sound/leg-player.js';
import { ReceivedRefers } from '../transfer/received-refers.js';
import { SentRefers } from '../transfer/sent-refers.js';
import { dialogOfChannel, type LegDialog, letGo } from './leg-dialog.js';
import { LegSound } from './leg-sound.js';
import { type LegState, legSnapshot } from './leg-state.js';
import type { LegSurroundings } from './leg-surroundings.js';
import { TrackedDialog } from './tracked-dialog.js';

/** How long the end of a channel is waited for once it was asked for, milliseconds. */
const farewellMs = 4_000;

/** What both directions share: state, channels, hold, transfers, ending. What differs is how a leg comes to be answered. */
export abstract class SwitchLeg extends LegRecord implements LiveCall {
  abstract readonly direction: 'inbound' | 'outbound';
  protected readonly around: LegSurroundings;
  readonly timers: TimerSet;
  readonly #sound: LegSound;
  readonly #refers: SentRefers;
  /** REFERs of the far end. */
  readonly referred: ReceivedRefers;
  #plug: string | undefined;
  #held = false;
  /** The channel that took the place of its own (Replaces). */
  #successor: string | undefined;
  #successorDirection: LiveCall['direction'] = 'inbound';
  /** Hangs up the channels that carried it before, once the one that does now is where they were: whom they are bridged to would be parked else. */
  #letGo: (() => void) | undefined;
  readonly #dialog = new TrackedDialog();
  #lastEvent: EslEvent | undefined;
  #gone: (() => void) | undefined;

  constructor(init: LegRecordInit, around: LegSurroundings) {
    super(init, (error, event) =>
      around.logger.error({ err: error, event, callId: init.id }, 'a listener of a call failed'),
    );
    this.around = around;
    this.timers = new TimerSet(around.timers);
    this.#sound = new LegSound(this, around);
    this.#refers = new SentRefers(this, around);
    this.referred = new ReceivedRefers(this, around, (request) => this.offerTransfer(request));
  }

  /** The channel by which the leg came about; undefined while there is none, or several. */
  protected abstract get ownChannelId(): string | undefined;
  /** Every channel of its own that is up. */
  protected abstract get ownChannels(): readonly string[];
  abstract ring(): void;
  abstract earlyMedia(): Promise<void>;
  abstract answer(): Promise<void>;
  abstract reject(status: number, options?: { reason?: string; retryAfterSeconds?: number; headers?: Headers }): void;
  /** Ends every channel of its own, as fits its state; resolves when the switch was told. */
  protected abstract endOwnChannels(termination: Termination): void;
  /** Another channel has the leg now: nothing more is heard of its own. What is returned hangs them up. */
  protected abstract leaveOwnChannels(): () => void;
  /** A channel of its own was found gone after a time without events. `restarted`: the switch itself was. */
  protected abstract ownChannelLost(channelId: string, restarted: boolean): void;

  /** The channel that carries the leg; undefined while there is none, or several. */
  get channelId(): string | undefined {
    return this.#successor ?? this.ownChannelId;
  }

  /** Every channel that is up for the leg. */
  get channels(): readonly string[] {
    return this.#successor === undefined ? this.ownChannels : [this.#successor];
  }

  /** Channels whose events are heard until the leg is over. Those that it dialled are followed until their own end. */
  get followed(): readonly string[] {
    return this.#successor === undefined && this.direction === 'outbound' ? [] : this.channels;
  }

  /** Its SIP dialog as far as events told it. */
  get dialog(): LegDialog | undefined {
    return this.#dialog.current;
  }

  /** Its SIP dialog as it is now; undefined where it has none, or several. */
  async readDialog(): Promise<LegDialog | undefined> {
    const { channelId } = this;
    if (channelId === undefined || this.status === 'ended') return undefined;
    return dialogOfChannel(channelId, this.#dialogDirection, (command) => this.around.api(command));
  }

  get #dialogDirection(): LiveCall['direction'] {
    return this.#successor === undefined ? this.direction : this.#successorDirection;
  }

  /** See `PluggableLeg`. */
  get plug(): string | undefined {
    return this.#plug;
  }

  /** Sound can be sent to it now. */
  get hasSound(): boolean {
    return this.#sound.isOpen && this.status !== 'ended';
  }

  /** What is played on it. */
  get player(): LegPlayer {
    return this.#sound.player;
  }

  snapshot(): LegSnapshot | undefined {
    const { channelId, around } = this;
    if (!around.keepsSnapshots || this.status !== 'answered' || channelId === undefined) return undefined;
    return legSnapshot(this.id, {
      channelId,
      direction: this.direction,
      dialogDirection: this.#dialogDirection,
      facts: this.facts,
      ...(this.dialog ? { dialog: this.dialog } : {}),
      held: this.#held,
      isSilenced: this.#sound.mutes.isSilenced,
      muted: this.#sound.mutes.muted,
      recordings: this.#sound.recordings.states,
      savedAt: around.timers.now(),
    });
  }

  /** Becomes what a former process had. Nothing is heard of its channel before `takeUp`. */
  protected restore(state: LegState): void {
    this.#successor = state.channelId;
    this.#successorDirection = state.dialogDirection;
    this.#dialog.restore(state.dialog);
    this.#held = state.held;
    this.#sound.restore(state);
  }

  /** FreeSWITCH has the channel still, where the next process finds it. */
  unansweredSnapshot(): undefined {}

  get recordings(): readonly LiveRecording[] {
    return this.#sound.recordings.all;
  }

  /** Follows the channel that a former process had, where that left it. */
  takeUp(): void {
    const channelId = this.#successor;
    if (channelId === undefined || this.status === 'ended') return;
    this.around.follow(channelId, (event) => this.#successorHeard(event));
    this.#plug = channelId;
    this.#sound.takeUp();
    this.around.found(this);
  }

  get openRecordings(): number {
    return this.#sound.recordings.size;
  }

  get openTimers(): number {
    return this.timers.size;
  }

  hangUp(why?: Partial<Termination>): void {
    if (this.status === 'ended') return;
    this.endHere(localTermination(why, this.status === 'answered'));
  }

  play(sound: Sound, options: PlayOptions = {}): Promise<PlayResult> {
    return this.player.play(sound, options);
  }

  collect(options: CollectOptions): Promise<CollectResult> {
    return this.#sound.digits.collect(options);
  }

  flushDigits() {
    this.#sound.digits.flush();
  }

  sendDigits(digits: string, options: { signal?: AbortSignal; toneMs?: number; gapMs?: number } = {}): Promise<void> {
    return this.status === 'ended' ? Promise.resolve() : this.#sound.sender.send(digits, options);
  }

  record(options: RecordOptions): LiveRecording {
    const recording = this.#sound.recordings.add(options, this.around.newId());
    if (this.status === 'ended') recording.channelGone();
    else if (this.#sound.isOpen) recording.begin();
    return recording;
  }

  mute(direction: 'in' | 'out', muted: boolean) {
    if (this.status !== 'ended') this.#sound.mutes.mute(direction, muted);
  }

  /** FreeSWITCH notes the figures of a channel when it is asked to, and at its end. */
  async mediaStats(): Promise<MediaStats> {
    if (this.hasSound) {
      try {
        await this.command('set_media_stats');
        return mediaStatsOfChannel(plainEvent(Buffer.from(await this.command('dump'))));
      } catch (error) {
        this.around.logger.warn({ err: error, callId: this.id }, 'the figures of a call could not be read');
      }
    }
    return this.#lastEvent ? mediaStatsOfChannel(this.#lastEvent) : noMedia;
  }

  refer(refer: Refer): Promise<ReferResult> {
    return this.#refers.send(refer);
  }

  /** See `PluggableLeg`. */
  placed(where: 'alone' | 'in-room' | 'moving') {
    this.player.setWay(where === 'moving' ? undefined : where);
    if (where !== 'moving') this.#letGoNow();
  }

  /** See `PluggableLeg`. */
  quiet(): Promise<void> {
    return this.player.quiet();
  }

  /** An event of the channel that carries the leg. */
  handle(event: EslEvent) {
    this.#lastEvent = event;
    this.learnDialog(event);
    if (event.name === 'CHANNEL_HANGUP_COMPLETE') return this.channelEnded(event);
    if (event.name === 'RECORD_STOP') this.#sound.recordings.handle(event);
    if (this.status === 'ended') return;
    switch (event.name) {
      case 'CHANNEL_HOLD':
      case 'CHANNEL_UNHOLD':
        return this.#hold(event.name === 'CHANNEL_HOLD');
      case 'CUSTOM':
        if (event.get('Event-Subclass') === 'sofia::notify_refer') this.#refers.notified(event);
        return;
      default:
        this.#sound.handle(event);
    }
  }

  /** A channel of the leg was found gone after a time without events. `restarted`: the switch itself was. */
  channelLost(channelId: string, restarted: boolean): void {
    if (restarted && this.status === 'answered') letGo(this.dialog, this.around);
    if (channelId === this.#successor) this.lost(lostTermination(restarted));
    else this.ownChannelLost(channelId, restarted);
  }

  /** A channel of the leg as it was found after a time without events. */
  resynced(dump: EslEvent): void {
    this.#sound.resynced(dump);
    if (!this.#sound.mutes.isSilenced) this.#hold(dump.get('Channel-Call-State') === 'HELD');
  }

  /** Ends the leg because its channel is gone. */
  lost(termination: Termination): void {
    this.channelEnded(undefined);
    this.finish(termination);
  }

  /** What an event of its channel says of its dialog. */
  protected learnDialog(event: EslEvent): void {
    this.#dialog.learn(event, this.#dialogDirection);
  }

  /** FreeSWITCH answered under that tag. */
  taggedAs(tag: string): void {
    if (this.#dialog.taggedAs(tag)) this.changed();
  }

  /** An answered channel that came in takes the place of those that carried the leg so far (RFC 3891). */
  takeChannel(answer: EslEvent, facts: CallFacts): void {
    const channelId = answer.channelId!;
    const { around } = this;
    this.#refers.forget();
    this.referred.forget();
    const recorded = this.#sound.recordings.channelMoves();
    if (this.#plug !== undefined) around.unplugged(this);
    this.#letGo = this.#leaveChannels();
    if (this.#plug === undefined) this.#letGoNow();
    this.#plug = undefined;
    this.#successor = channelId;
    this.#successorDirection = 'inbound';
    this.#dialog.moved();
    this.learn({ ...facts, mediaPath: { encryption: encryptionOfChannel(answer) } });
    around.follow(channelId, (event) => this.#successorHeard(event));
    this.emitter.emit('replaced');
    this.#sound.moved();
    this.#hold(false);
    this.changed();
    this.answered(answer);
    void recorded.then(() => this.plugIn(channelId));
  }

  #leaveChannels(): () => void {
    const before = this.#successor;
    if (before === undefined) return this.leaveOwnChannels();
    this.around.unfollow(before);
    return () => void this.around.api(`uuid_kill ${before}`).catch(() => undefined);
  }

  #letGoNow(): void {
    this.#letGo?.();
    this.#letGo = undefined;
  }

  #successorHeard(event: EslEvent): void {
    this.handle(event);
    if (event.name !== 'CHANNEL_HANGUP_COMPLETE' || this.status === 'ended') return;
    this.emitter.emit('signalling', { sent: false, line: 'BYE' });
    this.finish(terminationFromHangup(hangupOfChannel(event, { direction: this.#successorDirection, answered: true })));
  }

  /** The channel that carried the leg is gone from the switch. */
  protected channelEnded(event: EslEvent | undefined): void {
    if (event) this.#lastEvent = event;
    this.#sound.recordings.channelGone();
    this.#gone?.();
  }

  /** `uuid_<verb> <channel> <rest>`; rejects where there is no channel or no connection. */
  command(verb: string, rest = ''): Promise<string> {
    const id = this.channelId;
    if (id === undefined) return Promise.reject(new Error('the call has no channel'));
    return this.around.api(`uuid_${verb} ${id}${rest === '' ? '' : ` ${rest}`}`);
  }

  /** The channel waits and has sound from now on. */
  protected plugIn(channelId: string): void {
    if (this.#plug !== undefined || this.status === 'ended') return;
    this.#plug = channelId;
    this.#sound.open();
    this.around.plugged(this);
  }

  /** `event`: of its channel, which says how its sound is encrypted. */
  protected answered(event: EslEvent): void {
    if (!this.advance('answer')) return;
    this.learn({ mediaPath: { encryption: encryptionOfChannel(event) } });
    this.emitter.emit('answered');
    this.changed();
  }

  protected override advance(signal: LegSignal): boolean {
    if (!legAllows(this.status, signal)) return false;
    super.advance(signal);
    return true;
  }

  /** Ends the leg by our own will: its channels are told to go. */
  protected endHere(termination: Termination): void {
    if (this.status === 'ended') return;
    const gone = new Promise<void>((resolve) => {
      this.#gone = resolve;
    });
    if (this.#successor === undefined) this.endOwnChannels(termination);
    else this.command('kill').catch(() => undefined);
    this.finish(termination, this.channelId === undefined ? undefined : gone);
  }

  /** Ends the leg, once: everything on it settles, its recordings are closed, then `ended` is emitted. `gone`: its channel is still on its way out. */
  protected finish(termination: Termination, gone?: Promise<void>): void {
    if (this.status === 'ended') return;
    this.terminate(termination);
    this.#sound.close();
    this.#refers.forget();
    this.referred.forget();
    this.#letGoNow();
    this.timers.cancelAll();
    this.around.unplugged(this);
    this.around.ended(this);
    void this.#closed(gone).then(() => {
      this.around.over(this);
      this.emitter.emit(
        'ended',
        termination,
        this.#sound.isOpen && this.#lastEvent ? mediaStatsOfChannel(this.#lastEvent) : noMedia,
      );
    });
  }

  async #closed(gone: Promise<void> | undefined): Promise<void> {
    if (gone) {
      let cancel: () => void = () => undefined;
      const late = new Promise<void>((resolve) => {
        cancel = this.around.timers.after(farewellMs, resolve);
      });
      await Promise.race([gone, late]);
      cancel();
    }
    this.#sound.recordings.channelGone();
    await this.#sound.recordings.closed();
  }

  /** Its snapshot is another. */
  changed(): void {
    if (this.around.keepsSnapshots && this.status === 'answered') this.emitter.emit('snapshotChanged');
  }

  /** A key was pressed; those who hear the leg get one that is not told late. */
  pressed(digit: string, missed: boolean): void {
    if (!this.hasSound) return;
    this.#sound.digits.push(digit);
    this.emitter.emit('digit', digit);
    if (!missed) this.around.passDigit(this, digit);
  }

  /** The far end holds by UPDATE, or no longer: FreeSWITCH takes that, tells nobody, and goes on sending. */
  heldByUpdate(held: boolean): void {
    if (this.#held === held || this.status !== 'answered') return;
    this.#sound.mutes.silence(held);
    this.#hold(held, 'UPDATE');
  }

  #hold(held: boolean, line = 'INVITE (re)'): void {
    if (this.#held === held || this.status !== 'answered') return;
    this.#held = held;
    this.emitter.emit('signalling', { sent: false, line });
    this.emitter.emit(held ? 'held' : 'resumed');
    this.changed();
  }
}
