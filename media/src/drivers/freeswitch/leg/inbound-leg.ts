import { NoCommonCodecError } from '../../../port/engine-errors.js';
import type { CallFacts, Headers } from '../../../port/live-call.js';
import type { Termination } from '../../../port/termination.js';
import { refusalStatus, terminationFromStatus } from '../../../port/termination-from-sip.js';
import { hangupOfChannel } from '../channel/channel-facts.js';
import { lostTermination } from '../channel/lost-termination.js';
import { terminationFromHangup } from '../channel/termination-from-cause.js';
import type { EslEvent } from '../esl/esl-event.js';
import { answerVariables } from './answer-channel.js';
import type { LegSurroundings } from './leg-surroundings.js';
import { refuseChannel } from './refuse-channel.js';
import { SwitchLeg } from './switch-leg.js';

/** A call that came in and waits in the switch's park. */
export class InboundLeg extends SwitchLeg {
  readonly direction = 'inbound';
  protected readonly ownChannelId: string;
  #opening: Promise<void> | undefined;
  #opened: (() => void) | undefined;
  #isEarly = false;
  #rang = false;

  constructor(init: { id: string; channelId: string; facts: CallFacts }, around: LegSurroundings) {
    super({ id: init.id, facts: init.facts, status: 'ringing' }, around);
    this.ownChannelId = init.channelId;
  }

  protected get ownChannels(): readonly string[] {
    return [this.ownChannelId];
  }

  protected ownChannelLost(_channelId: string, restarted: boolean): void {
    if (this.status === 'answered') this.lost(lostTermination(restarted));
    else
      this.lost({
        result: 'canceled',
        by: restarted ? 'system' : 'remote',
        reason: restarted ? 'media-lost' : 'caller-canceled',
      });
  }

  override resynced(dump: EslEvent): void {
    super.resynced(dump);
    const state = dump.get('Answer-State');
    if (state === 'answered' && this.status === 'ringing') this.handle({ ...dump, name: 'CHANNEL_ANSWER' });
    else if (state === 'early' && !this.hasSound) this.handle({ ...dump, name: 'CHANNEL_PROGRESS_MEDIA' });
    if (this.status === 'ringing' && this.#opening) this.#tell('answer', '200 OK');
  }

  ring(): void {
    if (this.status !== 'ringing' || this.#rang) return;
    this.#rang = true;
    this.#tell('ring_ready', '180 Ringing');
  }

  async earlyMedia(): Promise<void> {
    if (this.status !== 'ringing' || this.#isEarly) return;
    this.#isEarly = true;
    this.#tell('pre_answer', '183 Session Progress');
    await this.#untilOpened();
  }

  async answer(): Promise<void> {
    if (this.status !== 'ringing') return;
    this.#opening ??= this.#answer();
    await this.#opening;
  }

  reject(status: number, options: { reason?: string; retryAfterSeconds?: number; headers?: Headers } = {}): void {
    if (this.status !== 'ringing') return;
    this.emitter.emit('signalling', { sent: true, line: `${status}` });
    this.#refuse(status, options);
    this.finish(terminationFromStatus(status, 'local'));
  }

  override hangUp(why?: Partial<Termination>) {
    if (this.status !== 'ringing') return super.hangUp(why);
    const sip = why?.sip ?? refusalStatus(why?.reason ?? 'hangup');
    super.hangUp({ ...why, sip });
  }

  override handle(event: EslEvent): void {
    super.handle(event);
    if (this.status === 'ended') return;
    switch (event.name) {
      case 'CHANNEL_PROGRESS_MEDIA':
        this.#open();
        return;
      case 'CHANNEL_ANSWER':
        this.#open();
        this.answered(event);
        return;
      default:
    }
  }

  protected override channelEnded(event: EslEvent | undefined): void {
    super.channelEnded(event);
    this.#opened?.();
    if (this.status === 'ended') return;
    const answered = this.status === 'answered';
    if (event) {
      this.emitter.emit('signalling', { sent: false, line: answered ? 'BYE' : 'CANCEL' });
      this.finish(terminationFromHangup(hangupOfChannel(event, { direction: 'inbound', answered })));
    }
  }

  protected endOwnChannels(termination: Termination): void {
    if (this.status === 'answered') void this.command('kill').catch(() => undefined);
    else this.#refuse(termination.sip ?? 480, {});
  }

  protected leaveOwnChannels(): () => void {
    this.around.unfollow(this.ownChannelId);
    return () => void this.around.api(`uuid_kill ${this.ownChannelId}`).catch(() => undefined);
  }

  async #answer(): Promise<void> {
    await this.command('setvar_multi', answerVariables(this.around)).catch(() => undefined);
    if (this.status !== 'ringing') return;
    this.#tell('answer', '200 OK');
    await this.#untilAnswered();
    if (this.termination?.reason === 'no-common-codec') throw new NoCommonCodecError([]);
  }

  #open(): void {
    this.plugIn(this.ownChannelId);
    this.#opened?.();
  }

  #untilOpened(): Promise<void> {
    if (this.hasSound || this.status === 'ended') return Promise.resolve();
    return new Promise((resolve) => {
      const before = this.#opened;
      this.#opened = () => {
        before?.();
        resolve();
      };
      this.emitter.once('ended', () => resolve());
    });
  }

  #untilAnswered(): Promise<void> {
    if (this.status !== 'ringing') return Promise.resolve();
    return new Promise((resolve) => {
      this.emitter.once('answered', () => resolve());
      this.emitter.once('ended', () => resolve());
    });
  }

  #tell(verb: string, line: string): void {
    this.emitter.emit('signalling', { sent: true, line });
    this.command(verb).catch((error: unknown) =>
      this.around.logger.warn({ err: error, callId: this.id, verb }, 'a call could not be told'),
    );
  }

  #refuse(status: number, options: { retryAfterSeconds?: number; headers?: Headers; reason?: string }): void {
    refuseChannel(this.around, this.ownChannelId, status, options);
  }
}
