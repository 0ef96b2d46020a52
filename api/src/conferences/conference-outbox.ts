import type { OutboxSource } from '../events/outbox-source.js';
import { StaleRecordError } from '../store/tenant-collection.js';
import type { Conference, ConferenceStore } from './conference.js';

/** The events of conferences. */
export function conferenceOutbox(conferences: ConferenceStore): OutboxSource<Conference> {
  const { acrossAccounts } = conferences;
  return {
    name: 'conferences',
    async findMany(ids) {
      const found = await Promise.all(ids.map((id) => acrossAccounts.get(id)));
      return found.filter((conference) => conference !== undefined);
    },
    async withPendingEvents(limit) {
      return (await acrossAccounts.find({ hasPendingEvents: true }, { limit })).map(({ id }) => id);
    },
    async removePendingEvents(relayed) {
      for (const { id, sequence } of relayed) await removeUpTo(conferences, id, sequence);
    },
  };
}

/** Somebody may change the conference meanwhile, again and again: what is not taken off now is relayed again. */
async function removeUpTo(conferences: ConferenceStore, id: string, sequence: number): Promise<void> {
  for (let round = 0; round < 20; round++) {
    const conference = await conferences.acrossAccounts.get(id);
    if (!conference) return;
    const pendingEvents = conference.pendingEvents.filter((event) => event.sequence > sequence);
    if (pendingEvents.length === conference.pendingEvents.length) return;
    try {
      await conferences.replace({ ...conference, pendingEvents, hasPendingEvents: pendingEvents.length > 0 });
      return;
    } catch (error) {
      if (!(error instanceof StaleRecordError)) throw error;
    }
  }
}
