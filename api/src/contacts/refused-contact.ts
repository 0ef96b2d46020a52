import type { EndCode } from '../call-records/call-in-contact.js';
import type { NewCall } from '../call-records/call-store.js';
import type { CustomerLocation } from './contact.js';
import type { NewContact } from './contact-store.js';

/** The contact of an incoming call that was refused before anything was heard: over as soon as it began. Pure. */
export function refusedContact(call: NewCall, endCode: EndCode, location: CustomerLocation | undefined): NewContact {
  const { id, accountId, contactId, nodeId, from: customer, to: line, createdAt: at } = call;
  return {
    id: contactId,
    accountId,
    nodeId,
    direction: 'inbound',
    customer,
    line,
    ...(location === undefined ? {} : { location }),
    status: 'finished',
    startedAt: at,
    endedAt: at,
    endCode,
    endedBy: 'system',
    participants: [{ sequence: 0, type: 'customer', callId: id, startedAt: at, endedAt: at, endCode, heldMs: 0 }],
    keys: [],
    trail: [],
    recordingIds: [],
  };
}
