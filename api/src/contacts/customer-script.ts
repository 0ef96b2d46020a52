import type { LiveCall } from '@hookswitch/media/port/live-call';
import type { FormerEnd, FormerStay, FormerTalk } from './state/taken-up.js';
import type { QueueResult } from './state/visit.js';

/** What the customer's own script is told, and asked, while it is in a queue or in the talk after it. */
export interface ScriptSide {
  /** An agent took the call: nothing more of the wait is played; resolves when what is said before the talk was said. */
  taken(agent: { readonly leg: LiveCall; readonly staffNumber: string }, signal: AbortSignal): Promise<void>;
  /** The wait, or the talk after it, is over. */
  over(result: QueueResult, servedBy: number | undefined): void;
  /** The talk that the wait has led to. */
  talk(): FormerTalk | undefined;
}

/** The customer's own script, as its contact knows it. After a restart it may not have come to its queue again yet: what it is to be told waits for it. */
export class CustomerScript {
  readonly #came: () => void;
  #side: ScriptSide | undefined;
  #formerStay: FormerStay | undefined;
  #untold: ((side: ScriptSide) => void) | undefined;
  #ended: () => FormerEnd | undefined = () => undefined;

  /** @param formerStay what it did when the process before was lost. @param came told when it is in a queue or back in a talk, and when it leaves that */
  constructor(formerStay: FormerStay | undefined, came: () => void) {
    this.#formerStay = formerStay;
    this.#came = came;
  }

  /** What it did when the process before was lost, until it comes there again. */
  get formerStay(): FormerStay | undefined {
    return this.#formerStay;
  }

  /** Undefined while it is in no queue, and in no talk. */
  get side(): ScriptSide | undefined {
    return this.#side;
  }

  /** The talk that it has left and not gone on from yet. */
  get ended(): FormerEnd | undefined {
    return this.#ended();
  }

  comes(side: ScriptSide): void {
    this.#formerStay = undefined;
    this.#ended = () => undefined;
    this.#side = side;
    this.#untold?.(side);
    this.#untold = undefined;
    this.#came();
  }

  /** @param ended the talk, until the script has gone on */
  leaves(ended: () => FormerEnd | undefined): void {
    this.#side = undefined;
    this.#ended = ended;
    this.#came();
  }

  goesOn(result: QueueResult, servedBy: number | undefined): void {
    if (this.#side) this.#side.over(result, servedBy);
    else if (this.#formerStay) this.#untold ??= (side) => side.over(result, servedBy);
  }
}
