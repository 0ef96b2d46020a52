/** Even ports of a range, given out round and round, so that one just freed rests as long as possible. */
export class PortPool {
  readonly #first: number;
  readonly #count: number;
  readonly #taken = new Set<number>();
  #next: number;

  /** @param start which one is first, from 0 to 1 (chance, so that a restart does not meet old packets). */
  constructor(low: number, high: number, start: number) {
    this.#first = low + (low % 2);
    this.#count = Math.max(0, Math.floor((high - this.#first + 1) / 2));
    this.#next = Math.floor(start * this.#count);
  }

  /** How many pairs there are. */
  get size(): number {
    return this.#count;
  }

  /** An even port that nobody holds, or undefined. */
  take(): number | undefined {
    for (let tried = 0; tried < this.#count; tried++) {
      const port = this.#first + 2 * ((this.#next + tried) % this.#count);
      if (this.#taken.has(port)) continue;
      this.#taken.add(port);
      this.#next = (this.#next + tried + 1) % this.#count;
      return port;
    }
    return undefined;
  }

  release(port: number): void {
    this.#taken.delete(port);
  }
}
