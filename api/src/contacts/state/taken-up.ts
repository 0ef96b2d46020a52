import type { Contact } from '../contact.js';
import type { Visit } from './visit.js';

/** Whether another process can go on with a contact whose own was lost: its talk had not ended yet. Pure. */
export function canBeTakenUp({ status, endedBy }: Contact): boolean {
  return status !== 'finished' && endedBy === undefined;
}

/** The visit as the next process goes on with it: the customer is back in its own script, and everybody else is gone. Pure. */
export function takenUp(contact: Contact, now: number): Visit {
  const { sequence: _, revision: __, pendingEvents: ___, ...record } = contact;
  const participants = record.participants.map((each) =>
    each.sequence === 0 || each.endedAt !== undefined ? each : { ...each, endedAt: now, endCode: 'error' as const },
  );
  return {
    contact: { ...record, status: 'ivr', participants },
    parties: [{ sequence: 0, role: 'customer', state: 'scripted', muted: false }],
    searches: [],
  };
}
