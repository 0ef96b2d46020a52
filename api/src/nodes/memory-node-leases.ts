import type { Clock } from '@hookswitch/kernel/clock';
import type { NodeLeases, NodeReport, NodeState } from './node-leases.js';

/** Leases in this process's memory. Nodes that share an instance see each other. */
export class MemoryNodeLeases implements NodeLeases {
  readonly #clock: Clock;
  readonly #leases = new Map<string, { readonly until: number; readonly report: NodeReport }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async renew(nodeId: string, ttlMs: number, report: NodeReport): Promise<void> {
    this.#leases.set(nodeId, { until: this.#clock.now() + ttlMs, report });
  }

  async release(nodeId: string): Promise<void> {
    this.#leases.delete(nodeId);
  }

  async alive(): Promise<readonly NodeState[]> {
    const now = this.#clock.now();
    for (const [nodeId, { until }] of this.#leases) if (until <= now) this.#leases.delete(nodeId);
    return [...this.#leases].map(([nodeId, { report }]) => ({ nodeId, ...report }));
  }
}
