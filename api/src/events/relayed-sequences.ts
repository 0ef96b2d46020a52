/** So many documents are remembered. */
const remembered = 20_000;

/** Documents of which this process relayed every event so far, with the last one's sequence: the order of their first attempts is known without asking. */
export class RelayedSequences {
  readonly #last = new Map<string, number>();

  /** Whether all events before that one were relayed here. */
  isNext(id: string, sequence: number): boolean {
    return (this.#last.get(id) ?? 0) + 1 === sequence;
  }

  /** Events `first` to `last` of that document were relayed here. */
  add(id: string, first: number, last: number): void {
    const complete = this.isNext(id, first);
    this.#last.delete(id);
    if (!complete) return;
    this.#last.set(id, last);
    if (this.#last.size <= remembered) return;
    for (const oldest of this.#last.keys()) {
      this.#last.delete(oldest);
      break;
    }
  }

  /** Others have a hand in that document's order. */
  forget(id: string): void {
    this.#last.delete(id);
  }
}
