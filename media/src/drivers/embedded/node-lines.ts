import { type CameAsExpected, ExpectedCalls } from '../../port/expected-calls.js';

/** The ways between nodes of one installation: the calls that are expected from there, and the addresses that nodes have. */
export class NodeLines extends ExpectedCalls {
  readonly #addresses = new Set<string>();

  /** A call to that name has come from there. */
  arrived(user: string, address: string): CameAsExpected | undefined {
    const expected = this.take(user);
    if (expected) this.reached(address);
    return expected;
  }

  /** A node is at that address. */
  reached(address: string): void {
    this.#addresses.add(address);
  }

  isNode(address: string): boolean {
    return this.#addresses.has(address);
  }
}
