import type { SipTarget } from '../flow.js';
import type { SipTimers } from '../sip-settings.js';
import type { TimerHandle, TimerQueue } from '../timer-queue.js';

/**
 * Repeats a 2xx to an INVITE until its ACK comes, over every transport, at intervals that double from T1 to T2; gives up after 64×T1 (RFC 3261
 * 13.3.1.4).
 */
export class AnswerKeeper {
  readonly cseq: number;
  readonly #timers: TimerQueue;
  #repeat: TimerHandle | undefined;
  #giveUp: TimerHandle | undefined;

  constructor(
    context: { timers: TimerQueue; times: SipTimers; send: (target: SipTarget, bytes: Buffer) => void },
    cseq: number,
    target: SipTarget,
    bytes: Buffer,
    noAck: () => void,
  ) {
    this.cseq = cseq;
    const { timers, times } = context;
    this.#timers = timers;
    const again = (delay: number) => {
      this.#repeat = timers.set(delay, () => {
        context.send(target, bytes);
        again(Math.min(delay * 2, times.t2));
      });
    };
    again(times.t1);
    this.#giveUp = timers.set(64 * times.t1, () => {
      this.stop();
      noAck();
    });
  }

  /** The ACK came, or the session is over. */
  stop(): void {
    this.#timers.cancel(this.#repeat);
    this.#timers.cancel(this.#giveUp);
    this.#repeat = undefined;
    this.#giveUp = undefined;
  }
}
