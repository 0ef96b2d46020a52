import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import type { Call } from './call.js';
import { isFinal } from './call-state.js';
import type { CallStore } from './call-store.js';
import { type BuildCdr, finalChange } from './final-change.js';
import type { NodeLeases } from './node-leases.js';

export interface ExpireLostCallsSettings {
  readonly store: CallStore;
  readonly leases: NodeLeases;
  readonly clock: Clock;
  readonly buildCdr: BuildCdr;
  readonly logger: Logger;
  /** Sees to the recordings of a call whose owner died. */
  readonly onOwnerLost?: (call: Call) => Promise<void>;
  /** A node must be away for so long after we first missed it, milliseconds. Default 5,000. */
  readonly graceMs?: number;
}

/**
 * Ends the calls whose owner died: those on nodes whose lease has run out. A node is only believed dead when it was missed twice, `graceMs` apart, so that a
 * Redis that comes back empty ends no living call. With leases of 10 s and a run every 3 s, a lost call is closed within 20 s, and within 30 s where the process that looks is restarted meanwhile.
 */
export class ExpireLostCalls {
  readonly #settings: ExpireLostCallsSettings;
  readonly #missedSince = new Map<string, number>();

  constructor(settings: ExpireLostCallsSettings) {
    this.#settings = settings;
  }

  /** One look. Resolves to the number of calls ended. Several processes may look at once: a call is ended once. */
  async run(): Promise<number> {
    const { store, leases, clock, graceMs = 5000 } = this.#settings;
    const owners = await store.nodesWithLiveCalls();
    const alive = new Set((await leases.alive()).map((node) => node.nodeId));
    const missing = owners.filter((nodeId) => !alive.has(nodeId));
    for (const nodeId of [...this.#missedSince.keys()]) if (!missing.includes(nodeId)) this.#missedSince.delete(nodeId);
    let ended = 0;
    for (const nodeId of missing) {
      const since = this.#missedSince.get(nodeId);
      if (since === undefined) this.#missedSince.set(nodeId, clock.now());
      else if (clock.now() - since >= graceMs) ended += await this.#expireNode(nodeId);
    }
    return ended;
  }

  async #expireNode(nodeId: string): Promise<number> {
    const { store, logger } = this.#settings;
    let ended = 0;
    for (const call of await store.liveOnNode(nodeId)) {
      try {
        if (await this.#expire(call)) ended++;
      } catch (error) {
        logger.error(
          { err: error, callId: call.id },
          'A call whose owner died could not be ended; the next run tries again.',
        );
      }
    }
    if (ended > 0) logger.warn({ nodeId, calls: ended }, 'Ended the calls of a node whose lease ran out.');
    return ended;
  }

  async #expire(known: Call): Promise<boolean> {
    const { store, clock, buildCdr, onOwnerLost } = this.#settings;
    let ours = false;
    const final = await store.change(
      known.id,
      (call) => {
        const result = call.answeredAt === undefined ? 'failed' : 'completed';
        const change = finalChange(
          call,
          { termination: { result, by: 'system', reason: 'owner-lost' }, endedAt: clock.now() },
          buildCdr,
        );
        ours = change !== undefined;
        return change;
      },
      known,
    );
    if (ours && final && isFinal(final.status)) await onOwnerLost?.(final);
    return ours;
  }
}
