import { TimerSet } from '../../port/timer-set.js';

/** What is waited with beyond an expiry, so that whoever stores bindings has let go of it, milliseconds. */
const graceMs = 50;

/** Notices that the last binding of a phone expired without a word. Each phone is watched by the node it registered at last. */
export class BindingWatch {
  readonly #timers: TimerSet;
  readonly #isGone: (endpointId: string) => Promise<boolean>;
  readonly #onGone: (endpointId: string) => void;
  readonly #waiting = new Map<string, () => void>();

  /** `isGone`: whether no binding is left. Rejections count as no. */
  constructor(
    clock: ConstructorParameters<typeof TimerSet>[0],
    isGone: (endpointId: string) => Promise<boolean>,
    onGone: (endpointId: string) => void,
  ) {
    this.#timers = new TimerSet(clock);
    this.#isGone = isGone;
    this.#onGone = onGone;
  }

  /** The phone's bindings are these now: the last of them expires in `lastsMs`; none is left where it is undefined. */
  set(endpointId: string, lastsMs: number | undefined): void {
    this.#waiting.get(endpointId)?.();
    this.#waiting.delete(endpointId);
    if (lastsMs === undefined) return;
    const cancel = this.#timers.after(lastsMs + graceMs, () => {
      this.#waiting.delete(endpointId);
      this.#isGone(endpointId).then(
        (gone) => {
          if (gone && !this.#waiting.has(endpointId)) this.#onGone(endpointId);
        },
        () => undefined,
      );
    });
    this.#waiting.set(endpointId, cancel);
  }

  close(): void {
    this.#waiting.clear();
    this.#timers.cancelAll();
  }
}
