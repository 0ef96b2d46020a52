import type { CalleeHistory } from './callee-history.js';

export class MemoryCalleeHistory implements CalleeHistory {
  readonly #calls = new Map<string, readonly number[]>();

  async since(accountId: string, number: string, from: number): Promise<readonly number[]> {
    return (this.#calls.get(key(accountId, number)) ?? []).filter((at) => at > from);
  }

  async note(accountId: string, number: string, at: number, keepMs: number): Promise<void> {
    const kept = await this.since(accountId, number, at - keepMs);
    this.#calls.set(key(accountId, number), [...kept, at]);
  }
}

const key = (accountId: string, number: string) => `${accountId}:${number}`;
