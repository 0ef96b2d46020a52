/** A key that stood for something. */
export interface PressedKey {
  readonly key: string;
  readonly label: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** As many as a queue takes along. */
const mostKeys = 50;

/** The keys pressed in a call's flows, in order; the newest where there were very many. */
export class PressedKeys {
  readonly #keys: PressedKey[];

  constructor(keys: readonly PressedKey[] = []) {
    this.#keys = [...keys];
  }

  add(key: PressedKey): void {
    if (this.#keys.length === mostKeys) this.#keys.shift();
    this.#keys.push(key);
  }

  get all(): readonly PressedKey[] {
    return this.#keys;
  }
}
