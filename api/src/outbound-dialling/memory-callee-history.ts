import type { CalleeHistory, NotedCall } from './callee-history.js';

export class MemoryCalleeHistory implements CalleeHistory {
  readonly #calls = new Map<string, readonly { readonly at: number }[]>();

  async note(accountId: string, number: string, at: number, keepMs: number): Promise<NotedCall> {
    const key = `${accountId}:${number}`;
    const kept = (this.#calls.get(key) ?? []).filter((call) => call.at > at - keepMs);
    const call = { at };
    this.#calls.set(key, [...kept, call]);
    return {
      earlier: kept.map((one) => one.at).sort((a, b) => a - b),
      forget: async () => {
        this.#calls.set(
          key,
          (this.#calls.get(key) ?? []).filter((one) => one !== call),
        );
      },
    };
  }
}
