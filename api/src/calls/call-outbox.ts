import type { Call } from '../call-records/call.js';
import type { OutboxCalls } from '../call-records/unrelayed-calls.js';
import type { Cdr } from '../cdrs/cdr.js';
import type { OutboxSource } from '../events/outbox-source.js';

interface CallOutboxDeps {
  readonly calls: OutboxCalls;
  /** Keeps a CDR, once however often it is given. */
  readonly keepCdrs: (cdrs: readonly Cdr[]) => Promise<void>;
  /** Where that call's CDR goes besides the account's endpoints. */
  readonly cdrPushUrls: (call: Call) => Promise<readonly string[]>;
}

/** The events of calls. All of them also go to the call's status callback, its CDR to the push URL. */
export function callOutbox({ calls, keepCdrs, cdrPushUrls }: CallOutboxDeps): OutboxSource<Call> {
  return {
    name: 'calls',
    findMany: (ids) => calls.findMany(ids),
    withPendingEvents: async (limit) => (await calls.withPendingEvents(limit)).map(({ callId }) => callId),
    removePendingEvents: (relayed) =>
      calls.removePendingEventsOf(relayed.map(({ id, sequence }) => ({ callId: id, sequence }))),
    async callbackUrls(call, type) {
      const status = call.statusCallbackUrl === undefined ? [] : [call.statusCallbackUrl];
      return type === 'cdr.created' ? [...status, ...(await cdrPushUrls(call))] : status;
    },
    keepRecords: (documents) => keepCdrs(documents.flatMap(cdrsOf)),
  };
}

function cdrsOf({ pendingEvents }: Call): readonly Cdr[] {
  return pendingEvents.filter(({ type }) => type === 'cdr.created').map(({ data }) => data as unknown as Cdr);
}
