import type { OutboxDocument, OutboxSource, PendingEvent } from '../../events/outbox-source.js';
import { StaleRecordError } from '../../store/tenant-collection.js';
import type { StatusChangeRecord, StatusChangeStore } from './status-change-record.js';

/** So many changes of an agent are relayed at a time. */
const batch = 100;

/** Changes of agents' status as events: an agent is the document, its untold changes are what is pending. */
export function statusOutbox(changes: StatusChangeStore): OutboxSource {
  return {
    name: 'agent-status',
    async findMany(agentIds) {
      const documents: OutboxDocument[] = [];
      for (const id of agentIds) {
        const untold = await untoldOf(changes, id);
        if (untold.length === 0) continue;
        documents.push({ id, accountId: untold[0]!.accountId, pendingEvents: untold.map(pendingEvent) });
      }
      return documents;
    },
    async withPendingEvents(limit) {
      const untold = await changes.acrossAccounts.find({ untold: true }, { limit });
      return [...new Set(untold.map(({ agentId }) => agentId))];
    },
    async removePendingEvents(relayed) {
      for (const { id, sequence } of relayed) {
        for (const change of await untoldOf(changes, id)) {
          if (change.sequence <= sequence) await tell(changes, change);
        }
      }
    },
  };
}

async function untoldOf(changes: StatusChangeStore, agentId: string): Promise<readonly StatusChangeRecord[]> {
  const found = await changes.acrossAccounts.find({ agentId, untold: true }, { limit: batch });
  return [...found].sort((a, b) => a.sequence - b.sequence);
}

async function tell(changes: StatusChangeStore, change: StatusChangeRecord): Promise<void> {
  try {
    await changes.replace({ ...change, untold: false });
  } catch (error) {
    // Told by another process at the same time.
    if (!(error instanceof StaleRecordError)) throw error;
  }
}

function pendingEvent({ id, sequence, changedAt, from, to, ...change }: StatusChangeRecord): PendingEvent {
  const { restReason = null, by, byId = null, why, contactId = null } = change;
  return {
    id: `EV${id.slice(2)}`,
    type: 'agent.status-changed',
    sequence,
    occurredAt: Date.parse(changedAt),
    data: { change: { from, to, restReason, by, byId, why, contactId, changedAt } },
  };
}
