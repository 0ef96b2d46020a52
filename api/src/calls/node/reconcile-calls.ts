import type { Call } from '../../call-records/call.js';
import { isFinal } from '../../call-records/index.js';
import type { ActiveCall } from '../active-call.js';
import type { CallsDeps } from '../calls-deps.js';
import { closeStrayRecord } from '../end-call.js';

/** Younger calls may be on their way into the store or the registry. */
const settledAfterMs = 60_000;

/** What a node's records and its live calls disagree on. */
export interface Disagreement {
  /** Records that say they live here, and do not. */
  readonly stray: readonly Call[];
  /** Calls that live here, and whose record somebody has ended. */
  readonly condemned: readonly string[];
}

/**
 * Brings a node's records and its live calls together again: a record without a call (its first write seemed to fail, and did not) is ended, and a call
 * whose record was ended by others (who took this node for dead) is hung up.
 */
export async function reconcileCalls(deps: CallsDeps): Promise<Disagreement> {
  const { registry, store, nodeId, clock, logger } = deps;
  const before = clock.now() - settledAfterMs;
  const live = await store.liveOnNode(nodeId);
  const liveIds = new Set(live.map((call) => call.id));
  const condemned: ActiveCall[] = [];
  for (const active of registry.all()) {
    if (active.leg.status === 'ended' || liveIds.has(active.id)) continue;
    if (active.call.createdAt < before || (await isOver(active.id, deps))) condemned.push(active);
  }
  for (const { leg } of condemned) leg.hangUp({ by: 'system', reason: 'owner-lost' });
  const stray = live.filter((call) => call.createdAt < before && !registry.get(call.id) && !isFinal(call.status));
  for (const { id, answeredAt } of stray) {
    const result = answeredAt === undefined ? 'failed' : 'completed';
    await closeStrayRecord(
      id,
      { termination: { result, by: 'system', reason: 'internal-error' }, endedAt: clock.now() },
      deps,
    );
  }
  if (condemned.length + stray.length > 0) {
    logger.warn({ condemned: condemned.length, stray: stray.length }, 'Records and live calls of this node disagreed.');
  }
  return { stray, condemned: condemned.map(({ id }) => id) };
}

/** A young call is over only where its record says so: it may be on its way into the store. */
async function isOver(callId: string, { store }: CallsDeps): Promise<boolean> {
  const record = await store.find(callId);
  return record !== undefined && isFinal(record.status);
}
