import { setImmediate } from 'node:timers/promises';

/** Texts after which others get their turn; one may take 0.2 ms (a long pattern in a long value). */
const textsPerTurn = 100;

/** Lets everything else of the process have its turn while flows compute: nodes that say nothing would run one after another in one go. */
export interface FlowTurns {
  /** A text was made. */
  filled(): void;
  /** Undefined where enough was left to the others. */
  take(): Promise<void> | undefined;
}

/** Turns of the event loop. One for all flows of a process. */
export class EventLoopTurns implements FlowTurns {
  #texts = 0;

  filled(): void {
    this.#texts += 1;
  }

  take(): Promise<void> | undefined {
    if (this.#texts < textsPerTurn) return undefined;
    this.#texts = 0;
    return setImmediate();
  }
}
