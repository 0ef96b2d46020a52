import type { Clock } from '@hookswitch/kernel/clock';
import type { SimulatedPhone } from './simulated-engine.js';
import type { SimulatedAct } from './simulation.js';

const betweenKeysMs = 100;

/** Does what the caller is to do, one act after another. */
export class SimulatedCaller {
  readonly #clock: Clock;
  readonly #phone: SimulatedPhone;
  readonly #acts: readonly SimulatedAct[];
  #next = 0;
  #waitsFor: string | undefined;
  /** Whether it was the caller who hung up. */
  hungUp = false;

  constructor(clock: Clock, phone: SimulatedPhone, acts: readonly SimulatedAct[]) {
    this.#clock = clock;
    this.#phone = phone;
    this.#acts = acts;
    this.#plan();
  }

  /** The call entered a node. */
  entered(node: string): void {
    if (this.#waitsFor !== node) return;
    this.#waitsFor = undefined;
    this.#after(this.#acts[this.#next]!);
  }

  hangUp(): void {
    this.hungUp = true;
    this.#phone.hangUp();
  }

  #plan(): void {
    const act = this.#acts[this.#next];
    if (act?.node !== undefined) this.#waitsFor = act.node;
    else if (act) this.#after(act);
  }

  #after(act: SimulatedAct): void {
    this.#clock.after(act.afterSeconds * 1000, () => this.#press(act, act.press ?? ''));
  }

  #press(act: SimulatedAct, keys: string): void {
    if (keys !== '') this.#phone.press(keys[0]!);
    if (keys.length <= 1) this.#done(act);
    else this.#clock.after(betweenKeysMs, () => this.#press(act, keys.slice(1)));
  }

  #done(act: SimulatedAct): void {
    this.#next += 1;
    if (act.hangUp) this.hangUp();
    else this.#plan();
  }
}
