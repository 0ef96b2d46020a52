import type { Random } from '@hookswitch/kernel/random';
import type { ExpectedCall } from './call-engine.js';
import type { LiveCall } from './live-call.js';
import type { TimerSet } from './timer-set.js';

/** A call that has come under the name that was made for it. */
export interface CameAsExpected {
  readonly callId: string;
  /** Hands the call over; undefined where it cannot be had after all. */
  readonly settle: (leg: LiveCall | undefined) => void;
}

/** No more names than this are kept at once: each lasts for seconds. */
const mostExpected = 10_000;

/** The calls of other nodes that an engine expects, by names that cannot be guessed: each lets one call in. See `CallEngine.expect`. */
export class ExpectedCalls {
  readonly #random: Random;
  readonly #timers: TimerSet;
  readonly #expected = new Map<string, CameAsExpected & { readonly cancel: () => void }>();

  constructor(random: Random, timers: TimerSet) {
    this.#random = random;
    this.#timers = timers;
  }

  expect(callId: string, forMs: number): ExpectedCall {
    const user = `node-${Buffer.from(this.#random.bytes(16)).toString('hex')}`;
    if (this.#expected.size >= mostExpected) return { user, leg: Promise.resolve(undefined) };
    const leg = new Promise<LiveCall | undefined>((settle) => {
      const cancel = this.#timers.after(forMs, () => this.take(user)?.settle(undefined));
      this.#expected.set(user, { callId, settle, cancel });
    });
    return { user, leg };
  }

  /** Whether somebody is expected under that name. */
  has(user: string): boolean {
    return this.#expected.has(user);
  }

  /** Undefined where nobody is expected under that name; from now on nobody is. */
  take(user: string): CameAsExpected | undefined {
    const expected = this.#expected.get(user);
    this.#expected.delete(user);
    expected?.cancel();
    return expected;
  }

  /** Nobody is expected any more. */
  close(): void {
    for (const user of [...this.#expected.keys()]) this.take(user)?.settle(undefined);
  }
}
