import type { Logger } from '@hookswitch/kernel/logger';
import type { Call } from '../../call-records/call.js';
import type { CallStore } from '../../call-records/call-store.js';
import type { BuildCdr } from '../../call-records/final-change.js';
import { finalChange, isFinal } from '../../call-records/index.js';
import { ownerLost } from '../end-call.js';
import { LostNodes, type LostNodesSettings } from './lost-nodes.js';

export interface ExpireLostCallsSettings extends LostNodesSettings {
  readonly store: CallStore;
  readonly buildCdr: BuildCdr;
  readonly logger: Logger;
  /** Sees to the recordings of a call whose owner died. */
  readonly onOwnerLost?: (call: Call) => Promise<void>;
}

/**
 * Ends the calls whose owner died: those on nodes whose lease has run out. A node is only believed dead when it was missed twice, `graceMs` apart, so that a
 * Redis that comes back empty ends no living call. With leases of 10 s and a run every 3 s, a lost call is closed within 20 s, and within 30 s where the process that looks is restarted meanwhile.
 */
export class ExpireLostCalls {
  readonly #settings: ExpireLostCallsSettings;
  readonly #lost: LostNodes;

  constructor(settings: ExpireLostCallsSettings) {
    this.#settings = settings;
    this.#lost = new LostNodes(settings);
  }

  /** One look. Resolves to the number of calls ended. Several processes may look at once: a call is ended once. */
  async run(): Promise<number> {
    let ended = 0;
    for (const nodeId of await this.#lost.among(await this.#settings.store.nodesWithLiveCalls())) {
      ended += await this.#expireNode(nodeId);
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
        const change = finalChange(call, { termination: ownerLost(call), endedAt: clock.now() }, buildCdr);
        ours = change !== undefined;
        return change;
      },
      known,
    );
    if (ours && final && isFinal(final.status)) await onOwnerLost?.(final);
    return ours;
  }
}
