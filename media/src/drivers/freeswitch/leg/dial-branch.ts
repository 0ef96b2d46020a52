import { hangupOfChannel } from '../channel/channel-facts.js';
import type { ChannelHangup } from '../channel/termination-from-cause.js';
import type { EslEvent } from '../esl/esl-event.js';
import type { LegSurroundings } from './leg-surroundings.js';

/** A failed originate may tell its cause before the channel tells the SIP answer: so long it is waited for, milliseconds. */
const lateAnswerMs = 1_000;

export interface DialBranchListener {
  /** An event of its channel. */
  heard(branch: DialBranch, event: EslEvent): void;
  /** It is over, once. `event`: the last one of its channel, where there was a channel. */
  over(branch: DialBranch, hangup: ChannelHangup, event: EslEvent | undefined): void;
}

/** One channel on its way to a phone. It can be given up at any moment, also before the switch has made it. */
export class DialBranch {
  readonly channelId: string;
  readonly #around: LegSurroundings;
  readonly #listener: DialBranchListener;
  readonly #jobId: string;
  #answered = false;
  #givenUp: string | undefined;
  #over = false;
  #cancelLate: (() => void) | undefined;

  constructor(channelId: string, around: LegSurroundings, listener: DialBranchListener) {
    this.channelId = channelId;
    this.#around = around;
    this.#listener = listener;
    this.#jobId = around.newId();
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Sets out with an `originate` command for its channel. */
  start(command: string): void {
    this.#around.follow(this.channelId, (event) => this.#event(event));
    this.#around.follow(this.#jobId, (event) => this.#job(event.body.trim()));
    this.#around.bgapi(command, this.#jobId).then(
      (reply) => {
        if (!reply.startsWith('+OK')) this.#failed(reply);
      },
      () => this.#failed('-ERR NETWORK_OUT_OF_ORDER'),
    );
  }

  /** Hangs it up with that cause ('': the usual one), whatever its state. A channel that is not made yet is hung up as soon as it shows. */
  giveUp(cause: string): void {
    if (this.#over) return;
    this.#givenUp = cause;
    this.#kill();
  }

  /** Nothing more is heard of it, and nobody is told. */
  close(): void {
    this.#over = true;
    this.#cancelLate?.();
    this.#around.unfollow(this.channelId);
    this.#around.unfollow(this.#jobId);
  }

  /** The switch does not know the channel (any more). */
  gone(hangup: ChannelHangup): void {
    this.#end(hangup, undefined);
  }

  #kill(): void {
    const isPlain = this.#givenUp === '' || (this.#answered && this.#givenUp === 'ORIGINATOR_CANCEL');
    const cause = isPlain ? '' : ` ${this.#givenUp}`;
    this.#around.api(`uuid_kill ${this.channelId}${cause}`).catch(() => undefined);
  }

  #event(event: EslEvent) {
    if (event.name === 'CHANNEL_ANSWER') this.#answered = true;
    if (event.name === 'CHANNEL_HANGUP_COMPLETE') {
      return this.#end(hangupOfChannel(event, { direction: 'outbound', answered: this.#answered }), event);
    }
    if (this.#givenUp !== undefined && event.name !== 'CHANNEL_HANGUP' && !this.#isEnding(event)) this.#kill();
    this.#listener.heard(this, event);
  }

  #isEnding(event: EslEvent): boolean {
    return event.get('Answer-State') === 'hangup';
  }

  #job(answer: string): void {
    this.#around.unfollow(this.#jobId);
    if (answer.startsWith('-ERR')) this.#failed(answer);
  }

  #failed(answer: string): void {
    if (this.#over || this.#cancelLate) return;
    const cause = /^-ERR ([A-Z_]+)/.exec(answer)?.[1] ?? 'NORMAL_UNSPECIFIED';
    this.#cancelLate = this.#around.timers.after(lateAnswerMs, () =>
      this.#end({ cause, direction: 'outbound', answered: false }, undefined),
    );
  }

  #end(hangup: ChannelHangup, event: EslEvent | undefined): void {
    if (this.#over) return;
    this.close();
    this.#listener.over(this, hangup, event);
  }
}
