import { EventLoopTurns, type FlowTurns } from '../run/turns.js';
import { SimulationTooLongError } from './simulated-clock.js';

/** Most texts with their variables that a simulation makes. */
const mostTexts = 30_000;
/** Most characters that a simulation tells: its trace, what was heard, asked and sent. */
const mostCharacters = 2_000_000;

/** What a simulation may take, counted in what it does, so that it ends at the same place on every machine. */
export class SimulationBudget implements FlowTurns {
  readonly #turns = new EventLoopTurns();
  #texts = 0;
  #characters = 0;
  #taking = 0;

  /** A flow lets others have their turn: the clock stands meanwhile. */
  get computing(): boolean {
    return this.#taking > 0;
  }

  filled(): void {
    this.#texts += 1;
    this.#turns.filled();
  }

  take(): Promise<void> | undefined {
    const turn = this.#turns.take();
    if (!turn) return undefined;
    this.#taking += 1;
    return turn.finally(() => {
      this.#taking -= 1;
    });
  }

  /** Something more will be told. */
  told(something: unknown): void {
    this.#characters += JSON.stringify(something)?.length ?? 0;
  }

  /** @throws SimulationTooLongError */
  check(): void {
    if (this.#texts > mostTexts) throw new SimulationTooLongError(`${mostTexts} texts`);
    if (this.#characters > mostCharacters) throw new SimulationTooLongError(`${mostCharacters} characters to tell`);
  }
}
