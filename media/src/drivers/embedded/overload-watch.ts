/** So many looks in a row must find the event loop late. */
const looks = 4;
/** With fewer calls being set up it is not they that make it late, and to refuse one more would help nobody. */
const fewestCalls = 10;
/** Who was overloaded a moment ago is so again at the first late look, milliseconds: what was refused comes again by then. */
const remembersMs = 5_000;

/**
 * Whether a node has more calls to set up than it can. One late turn of the event loop (a start, garbage, a machine that is busy with other things) is not that; being late for a second or more with
 * calls to shed is. Pure.
 */
export class OverloadWatch {
  readonly #maxLagMs: number;
  #late = 0;
  #overloaded = false;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(maxLagMs: number) {
    this.#maxLagMs = maxLagMs;
  }

  /**
   * Takes a look, and says whether new calls are to be refused until the next. `lagMs`: how late the event loop ran since the look before, in the mean; undefined where it did not turn since.
   * `beingSetUp`: calls without a final answer.
   */
  look(lagMs: number | undefined, beingSetUp: number, now: number): boolean {
    if (lagMs === undefined) return this.#overloaded;
    this.#late = lagMs > this.#maxLagMs ? this.#late + 1 : 0;
    const needed = now - this.#lastAt <= remembersMs ? 1 : looks;
    this.#overloaded = this.#late >= needed && beingSetUp >= fewestCalls;
    if (this.#overloaded) this.#lastAt = now;
    return this.#overloaded;
  }
}
