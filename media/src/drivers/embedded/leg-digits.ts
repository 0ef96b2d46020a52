import { DigitInbox } from '../../port/digit-inbox.js';
import type { CollectOptions, CollectResult } from '../../port/live-call.js';
import type { TimerSet } from '../../port/timer-set.js';

/** A key told by media and by INFO within this time is one press, milliseconds. */
const samePressMs = 400;

type Way = 'media' | 'signalling';

/** The keys pressed on a leg, however they come. */
export class LegDigits {
  readonly #timers: TimerSet;
  readonly #inbox: DigitInbox;
  /** Switches on and off that tones are looked for in the sound, which costs. */
  readonly #listenInband: (on: boolean) => void;
  #last: { readonly digit: string; readonly via: Way; readonly at: number } | undefined;
  #inbandListeners = 0;

  constructor(timers: TimerSet, listenInband: (on: boolean) => void) {
    this.#timers = timers;
    this.#inbox = new DigitInbox(timers);
    this.#listenInband = listenInband;
  }

  async collect(options: CollectOptions): Promise<CollectResult> {
    if (!options.inband) return this.#inbox.collect(options);
    this.#inbandListeners += 1;
    this.#listenInband(true);
    const result = await this.#inbox.collect(options);
    this.#inbandListeners -= 1;
    if (this.#inbandListeners === 0) this.#listenInband(false);
    return result;
  }

  flush(): void {
    this.#inbox.flush();
  }

  /** A key was pressed. False where this press is known already: some phones tell it both ways. */
  take(digit: string, via: Way): boolean {
    const now = this.#timers.now();
    const last = this.#last;
    if (last && last.digit === digit && last.via !== via && now - last.at < samePressMs) {
      this.#last = undefined;
      return false;
    }
    this.#last = { digit, via, at: now };
    this.#inbox.push(digit);
    return true;
  }

  close(): void {
    this.#inbox.close();
  }
}
