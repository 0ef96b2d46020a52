import type { Clock } from '@hookswitch/kernel/clock';
import type { SipTarget } from '../../../sip/flow.js';

/** A callee or proxy that says nothing for so long is not there, milliseconds. */
const silentMs = 8_000;

interface Waiting {
  readonly target: SipTarget;
  readonly cancel: () => void;
  readonly unreached: () => void;
}

/** INVITEs of FreeSWITCH to which nobody has said anything yet: whoever takes calls says 100 at once (RFC 3261 17.2.1), and another way is worth a try long before FreeSWITCH gives up. */
export class SilentInvites {
  readonly #clock: Clock;
  readonly #byBranch = new Map<string, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `unreached` is called once, where nobody says anything in time. */
  watch(branch: string, target: SipTarget, unreached: () => void): void {
    const cancel = this.#clock.after(silentMs, () => this.#giveUp(branch));
    this.#byBranch.set(branch, { target, cancel, unreached });
  }

  /** Somebody said something. */
  heard(branch: string): void {
    this.#byBranch.get(branch)?.cancel();
    this.#byBranch.delete(branch);
  }

  /** That target cannot be sent to. */
  failed(target: SipTarget): void {
    for (const [branch, waiting] of [...this.#byBranch]) if (waiting.target === target) this.#giveUp(branch);
  }

  close(): void {
    for (const branch of [...this.#byBranch.keys()]) this.heard(branch);
  }

  #giveUp(branch: string): void {
    const waiting = this.#byBranch.get(branch);
    this.heard(branch);
    waiting?.unreached();
  }
}
