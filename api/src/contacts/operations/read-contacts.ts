import type { OperationHandlers } from '../../http/operation.js';
import { cursorAfter, idFromCursor } from '../../store/cursor.js';
import type { ContactApiDeps } from '../contact-api-deps.js';
import type { ContactFilter } from '../contact-store.js';
import { contactView, trailEntryView } from '../contact-view.js';
import { visibleContact } from './act-on-contact.js';

/** Reading contacts. */
export function readContacts(deps: ContactApiDeps) {
  return {
    async listContacts({ query }, { account, onlyAgentId }) {
      const { limit = 50, cursor, startedFrom, startedTo, ...equal } = query;
      const filter: ContactFilter = {
        ...Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined)),
        ...(startedFrom === undefined ? {} : { startedFrom: Date.parse(startedFrom) }),
        ...(startedTo === undefined ? {} : { startedTo: Date.parse(startedTo) }),
      };
      if (onlyAgentId !== undefined && filter.agentId !== undefined && filter.agentId !== onlyAgentId) {
        return { status: 200, body: { items: [], nextCursor: null } };
      }
      const own = onlyAgentId === undefined ? filter : { ...filter, agentId: onlyAgentId };
      const before = cursor === undefined ? undefined : idFromCursor(cursor);
      const found = await deps.contacts.list(account.id, own, { limit: limit + 1, before });
      const items = found.slice(0, limit);
      const nextCursor = found.length > limit ? cursorAfter(items.at(-1)!.id) : null;
      return { status: 200, body: { items: items.map(contactView), nextCursor } };
    },
    async getContact({ params: { contactId } }, context) {
      return { status: 200, body: contactView(await visibleContact(deps, contactId, context)) };
    },
    async getContactTrail({ params: { contactId } }, context) {
      const { trail } = await visibleContact(deps, contactId, context);
      return { status: 200, body: { items: trail.map(trailEntryView) } };
    },
  } satisfies Partial<OperationHandlers>;
}
