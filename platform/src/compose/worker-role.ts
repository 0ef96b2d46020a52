import { pruneStatusHistory } from '@hookswitch/api/acd/index';
import { pruneAuditLog } from '@hookswitch/api/audit/index';
import { ExpireLostCalls } from '@hookswitch/api/calls/index';
import { buildCdr } from '@hookswitch/api/cdrs/index';
import { ExpireLostConferences } from '@hookswitch/api/conferences/index';
import type { Settings } from '@hookswitch/api/config/settings';
import { ExpireLostContacts } from '@hookswitch/api/contacts/index';
import { finalizeRecording, unfinishedRecordings } from '@hookswitch/api/recordings/index';
import { startWorkers, type WorkerFeatures } from '@hookswitch/workers/index';
import type { Backing } from './backing.js';
import { agentEventsOf } from './contacts.js';
import type { Features } from './features.js';

const dayMs = 86_400_000;

/** The `workers` role: relays events, sends webhooks, makes the files of recordings, ends calls whose owner died, forgets what is old. */
export function startWorkerRole(
  backing: Backing,
  features: Features,
  settings: Pick<Settings, 'eventRetentionDays' | 'auditRetentionDays' | 'statusHistoryRetentionDays'>,
) {
  const { clock, logger, stores, leases, jobs } = backing;
  const { calls, relay, webhooks, finalize } = features;
  const lost = new ExpireLostCalls({ store: calls, leases, clock, buildCdr, logger });
  const agentEvents = agentEventsOf(backing);
  const lostContacts = new ExpireLostContacts({ contacts: features.contacts, leases, agentEvents, clock, logger });
  const { conferences, conferenceBook: book } = features;
  const lostConferences = new ExpireLostConferences({
    conferences,
    book,
    claims: backing.conferenceClaims,
    clock,
    logger,
  });
  const ago = (days: number) => clock.now() - days * dayMs;
  const since = (days: number) => new Date(ago(days)).toISOString();
  const { eventRetentionDays, auditRetentionDays, statusHistoryRetentionDays } = settings;
  const work: WorkerFeatures = {
    relayOutbox: (source, ids) => relay.relay(source, ids),
    sweepOutboxes: (limit) => relay.sweep(limit),
    deliverDue: (lane, accountId) => webhooks.deliverDue(lane, accountId),
    sweepDeliveries: () => webhooks.sweep(),
    finalizeRecording: (recordingId) => finalizeRecording(recordingId, finalize),
    unfinishedRecordings: (limit) => unfinishedRecordings(limit, finalize),
    expireLostCalls: async () => (await lost.run()) + (await lostContacts.run()) + (await lostConferences.run()),
    prune: {
      deliveries: () => webhooks.prune(ago(eventRetentionDays)),
      events: () => stores.events.removeBefore(since(eventRetentionDays)),
      statusHistory: () => pruneStatusHistory(features.acd.statusChanges, since(statusHistoryRetentionDays)),
      auditLog: () => pruneAuditLog(features.audit, since(auditRetentionDays)),
    },
  };
  return startWorkers(work, jobs, { clock, logger });
}
