import type { EngineMessage, FarEndMessage } from './fake-far-end.js';
import type { FakeLeg } from './fake-leg.js';
import type { FakeSound } from './fake-sound.js';
import type { SoundEntry } from './sound-track.js';

/**
 * Our end of the line to one leg's far ends. It outlives the engine: what is said over it is heard by the leg's sound, and what signalling says waits for the engine
 * that takes the leg over.
 */
export abstract class FakeLine {
  #leg: FakeLeg | undefined;
  #sound: FakeSound | undefined;
  /** What came while no engine listened. */
  readonly #waiting: (() => void)[] = [];
  #isOurs = true;

  /** The leg that has it. */
  get leg(): FakeLeg | undefined {
    return this.#leg;
  }

  /** No leg here has it any more: another call took the leg's place, or the engine that had it is gone. */
  protected get isAbandoned(): boolean {
    return !this.#isOurs;
  }

  /** All that its far end was given to hear. */
  protected get heard(): readonly SoundEntry[] {
    return this.#sound?.hearing.track.entries ?? [];
  }

  /** The engine's side speaks. */
  abstract send(message: EngineMessage): void;

  /** Lets the far end go. */
  protected abstract letGo(): void;

  /** This leg has it from now on. */
  handTo(leg: FakeLeg): void {
    this.#leg = leg;
    this.#sound = leg.sound;
  }

  /** Another call took the leg's place. */
  abandon(): void {
    this.letGo();
    this.release();
  }

  /** No engine knows the leg: what comes is answered as a stranger's would be. */
  orphan(): void {
    this.release();
  }

  protected release(): void {
    this.#isOurs = false;
    this.wake();
  }

  /** An engine listens (again): it is told what came meanwhile. */
  wake(): void {
    for (const tell of this.#waiting.splice(0)) tell();
  }

  /** Does what a far end's message asks for, now or once somebody listens. */
  protected whenHeard(message: FarEndMessage, act: () => void): void {
    if (!this.#isOurs || this.#leg?.isLed) act();
    else if (this.#sound && (message.kind === 'say' || message.kind === 'hush')) {
      this.#sound.says(message.kind === 'say' ? message.sound : undefined);
    } else this.#waiting.push(act);
  }
}
