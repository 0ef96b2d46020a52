import type { Random } from '@hookswitch/kernel/random';
import type { ExpectedCall } from '../../port/call-engine.js';
import type { LiveCall } from '../../port/live-call.js';
import type { TimerSet } from '../../port/timer-set.js';

/** A name that one call may dial. */
interface Expected {
  readonly callId: string;
  readonly cancel: () => void;
  readonly settle: (leg: LiveCall | undefined) => void;
}

/** No more names than this are kept at once: each lasts for seconds. */
const mostExpected = 10_000;

/** The ways between nodes of one installation: calls that are expected from there, by names that cannot be guessed, and the addresses that nodes have. */
export class NodeLines {
  readonly #random: Random;
  readonly #timers: TimerSet;
  readonly #expected = new Map<string, Expected>();
  readonly #addresses = new Set<string>();

  constructor(random: Random, timers: TimerSet) {
    this.#random = random;
    this.#timers = timers;
  }

  /** See `CallEngine.expect`. */
  expect(callId: string, forMs: number): ExpectedCall {
    const user = `node-${Buffer.from(this.#random.bytes(16)).toString('hex')}`;
    if (this.#expected.size >= mostExpected) return { user, leg: Promise.resolve(undefined) };
    const leg = new Promise<LiveCall | undefined>((resolve) => {
      const cancel = this.#timers.after(forMs, () => {
        this.#expected.delete(user);
        resolve(undefined);
      });
      this.#expected.set(user, { callId, cancel, settle: resolve });
    });
    return { user, leg };
  }

  /** A call to that name has come from there. Where it is expected, nobody else may dial the name any more. */
  take(user: string, address: string): Pick<Expected, 'callId' | 'settle'> | undefined {
    const expected = this.#expected.get(user);
    if (!expected) return undefined;
    this.#expected.delete(user);
    expected.cancel();
    this.reached(address);
    return expected;
  }

  /** A node is at that address. */
  reached(address: string): void {
    this.#addresses.add(address);
  }

  isNode(address: string): boolean {
    return this.#addresses.has(address);
  }

  /** Nobody is expected any more. */
  close(): void {
    for (const { cancel, settle } of this.#expected.values()) {
      cancel();
      settle(undefined);
    }
    this.#expected.clear();
  }
}
