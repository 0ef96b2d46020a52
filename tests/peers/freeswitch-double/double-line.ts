import { DoublePhone } from './double-phone.js';
import type { Sounding } from './double-sound.js';

/**
 * One end of a call from one double to another: it says what the other end hears, and what becomes of one end, and which keys are sent to it, the other end is told. Of the time
 * before the answer only a refusal passes; ringing and early media do not.
 */
export class DoubleLine extends DoublePhone {
  #other: DoubleLine | undefined;

  /** Both ends: of the double that calls, and of the one that is called. */
  static ends(): { readonly caller: DoubleLine; readonly callee: DoubleLine } {
    const [caller, callee] = [new DoubleLine(), new DoubleLine()];
    caller.#other = callee;
    callee.#other = caller;
    return { caller, callee };
  }

  override get sounds(): readonly Sounding[] {
    return this.#other?.channel?.heard ?? [];
  }

  override taken(): void {
    super.taken();
    this.#other?.answer();
  }

  override over(): void {
    super.over();
    const other = this.#other;
    if (!other || other.ended) return;
    if (this.refusedWith === undefined) other.hangUp();
    else other.channel?.phoneRefuses(this.refusedWith);
  }

  override receive(digit: string): void {
    super.receive(digit);
    this.#other?.press(digit);
  }
}
