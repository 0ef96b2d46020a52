import type { Clock } from '@hookswitch/kernel/clock';
import type { NodeLeases } from '../../nodes/node-leases.js';

export interface LostNodesSettings {
  readonly leases: NodeLeases;
  readonly clock: Clock;
  /** A node must be away for so long after we first missed it, milliseconds. Default 5,000. */
  readonly graceMs?: number;
}

/** Which owners died. A node is only believed dead when it was missed twice, `graceMs` apart, so that a Redis that comes back empty ends nothing that lives. */
export class LostNodes {
  readonly #settings: LostNodesSettings;
  readonly #missedSince = new Map<string, number>();

  constructor(settings: LostNodesSettings) {
    this.#settings = settings;
  }

  /** Of those owners the dead ones. One look. */
  async among(owners: readonly string[]): Promise<readonly string[]> {
    const { leases, clock, graceMs = 5000 } = this.#settings;
    const alive = new Set((await leases.alive()).map((node) => node.nodeId));
    const missing = owners.filter((nodeId) => !alive.has(nodeId));
    for (const nodeId of [...this.#missedSince.keys()]) if (!missing.includes(nodeId)) this.#missedSince.delete(nodeId);
    return missing.filter((nodeId) => {
      const since = this.#missedSince.get(nodeId);
      if (since === undefined) this.#missedSince.set(nodeId, clock.monotonic());
      return since !== undefined && clock.monotonic() - since >= graceMs;
    });
  }
}
