import type { PressedKey } from '../../scripting/flow/flow-position.js';

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
