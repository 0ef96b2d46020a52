import type { LiveWrite } from './live-centre-store.js';
import type { LiveAgent, Offer, QueueEntry, TurnedAway } from './live-records.js';
import { endOffers } from './offer-state.js';

/*
 * ```
 *  enqueue ──▶ arriving ──offerTo──▶ offered ──accept──▶ gone
 *                │  │                 ▲    │
 *                │  └──admit──▶ waiting ◀──┘ declined, missed, withdrawn
 *                └──turnAway──▶ turnedAway ◀── waiting
 * ```
 * `leaveQueue` ends it from every state.
 */

/** A call that comes to the queue: what its owner knows of it. */
export interface EntryDraft
  extends Pick<QueueEntry, 'id' | 'accountId' | 'contactId' | 'callId' | 'nodeId' | 'enqueuedAt'>,
    Partial<
      Pick<
        QueueEntry,
        | 'skillGroupId'
        | 'priority'
        | 'onNoSeat'
        | 'overflowSkillGroupIds'
        | 'preferredAgentIds'
        | 'onlyAgentIds'
        | 'lastServedAgentId'
      >
    > {}

/**
 * The entry of a call that comes to the queue. Its owner puts it and waits for what the routing node makes of it: an offer, `waiting` or `turnedAway`.
 * To keep a call's place in line through a transfer back, give the old `enqueuedAt`.
 *
 * @throws RangeError where neither a group nor agents are named
 */
export function newQueueEntry(draft: EntryDraft): QueueEntry {
  if (draft.skillGroupId === undefined && draft.onlyAgentIds === undefined) {
    throw new RangeError('A queue entry needs a skill group, or the agents who alone may serve it.');
  }
  return {
    priority: 0,
    onNoSeat: 'turnAway',
    preferredAgentIds: [],
    ...draft,
    kind: 'entry',
    revision: 0,
    state: 'arriving',
    offerIds: [],
    declined: [],
  };
}

/** Puts a call into the queue. */
export function enqueue(draft: EntryDraft): LiveWrite[] {
  return [{ put: newQueueEntry(draft) }];
}

/** Nobody can serve it now: it is in line. Undefined where it is no longer arriving. */
export function admitEntry(entry: QueueEntry): LiveWrite[] | undefined {
  return entry.state === 'arriving' ? [{ put: { ...entry, state: 'waiting' } }] : undefined;
}

/** It may not wait. Its owner sees it and takes it out. Undefined where it rings meanwhile. */
export function turnAwayEntry(entry: QueueEntry, why: TurnedAway): LiveWrite[] | undefined {
  if (entry.state !== 'arriving' && entry.state !== 'waiting') return undefined;
  return [{ put: { ...entry, state: 'turnedAway', turnedAway: why } }];
}

/**
 * The caller leaves: hung up, a key, a time-out, its script went on. Offers that ring for it end with it.
 *
 * @param offers all that `entry.offerIds` names and that exist, each with its agent
 */
export function leaveQueue(
  entry: QueueEntry,
  offers: readonly { readonly offer: Offer; readonly agent: LiveAgent | undefined }[],
  at: number,
): LiveWrite[] {
  return [removeEntry(entry), ...endOffers(offers, at)];
}

export function removeEntry({ kind, id, revision }: QueueEntry): LiveWrite {
  return { remove: { kind, id, revision } };
}
