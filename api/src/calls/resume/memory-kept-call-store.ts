import type { Clock } from '@hookswitch/kernel/clock';
import { type KeptCallStore, type KeptChanges, type KeptEntry, type KeptState, keptMs } from './kept-call-store.js';

interface KeptOfNode {
  readonly owner: string;
  readonly until: number;
  readonly calls: Map<string, KeptEntry>;
}

/** In this process's memory. Nodes that share an instance share what is kept. */
export class MemoryKeptCallStore implements KeptCallStore {
  readonly #clock: Clock;
  readonly #nodes = new Map<string, KeptOfNode>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async takeOver(nodeId: string, owner: string): Promise<readonly KeptEntry[]> {
    const calls = this.#of(nodeId)?.calls ?? new Map<string, KeptEntry>();
    for (const [key, entry] of calls) calls.set(key, { ...entry, tries: entry.tries + 1 });
    this.#keep(nodeId, owner, calls);
    return [...calls.values()];
  }

  async write(nodeId: string, owner: string, { put, drop }: KeptChanges): Promise<KeptState> {
    const state = await this.prolong(nodeId, owner);
    if (state === 'taken') return state;
    const { calls } = this.#of(nodeId)!;
    for (const entry of put) calls.set(`${entry.accountId}/${entry.callId}`, entry);
    for (const { accountId, callId } of drop) calls.delete(`${accountId}/${callId}`);
    return state;
  }

  async prolong(nodeId: string, owner: string): Promise<KeptState> {
    const known = this.#of(nodeId);
    if (known && known.owner !== owner) return 'taken';
    this.#keep(nodeId, owner, known?.calls ?? new Map());
    return known ? 'kept' : 'emptied';
  }

  /** As a server that is restarted without its data. */
  loseAll(): void {
    this.#nodes.clear();
  }

  #of(nodeId: string): KeptOfNode | undefined {
    const known = this.#nodes.get(nodeId);
    return known && known.until > this.#clock.now() ? known : undefined;
  }

  #keep(nodeId: string, owner: string, calls: Map<string, KeptEntry>): void {
    this.#nodes.set(nodeId, { owner, until: this.#clock.now() + keptMs, calls });
  }
}
