import { maySearchNumbers } from '../../number-protection/index.js';
import type { OperationHandlers, RequestContext } from '../../operation/handler.js';
import { InvalidRequestError } from '../../operation/request-errors.js';
import { cursorAfter, idFromCursor } from '../../store/cursor.js';
import type { Contact } from '../contact.js';
import type { ContactApiDeps } from '../contact-api-deps.js';
import type { ContactFilter } from '../contact-store.js';
import { trailEntryView } from '../contact-view.js';
import { shownContact } from '../show-contact.js';
import { withAgents } from '../with-agents.js';
import { visibleContact } from './act-on-contact.js';

/** Reading contacts. */
export function readContacts(deps: ContactApiDeps) {
  const show = async (contact: Contact, context: RequestContext) =>
    withAgents(await shownContact(deps.settingsOf, contact, context), deps.agents);
  return {
    async listContacts({ query }, context) {
      const { account, onlyAgentId } = context;
      const { limit = 50, cursor, startedFrom, startedTo, ...equal } = query;
      const filter: ContactFilter = {
        ...Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined)),
        ...(startedFrom === undefined ? {} : { startedFrom: Date.parse(startedFrom) }),
        ...(startedTo === undefined ? {} : { startedTo: Date.parse(startedTo) }),
      };
      if (onlyAgentId !== undefined && filter.agentId !== undefined && filter.agentId !== onlyAgentId) {
        return { status: 200, body: { items: [], nextCursor: null } };
      }
      if (filter.customer !== undefined && !(await maySearchNumbers(deps.settingsOf, context))) {
        throw new InvalidRequestError([{ pointer: '/customer', message: 'is only for those who see numbers' }]);
      }
      const own = onlyAgentId === undefined ? filter : { ...filter, agentId: onlyAgentId };
      const before = cursor === undefined ? undefined : idFromCursor(cursor);
      const found = await deps.contacts.list(account.id, own, { limit: limit + 1, before });
      const items = found.slice(0, limit);
      const nextCursor = found.length > limit ? cursorAfter(items.at(-1)!.id) : null;
      const shown = await Promise.all(items.map((contact) => show(contact, context)));
      return { status: 200, body: { items: shown, nextCursor } };
    },
    async getContact({ params: { contactId } }, context) {
      const contact = await upToDate(await visibleContact(deps, contactId, context), deps);
      return { status: 200, body: await show(contact, context) };
    },
    async getContactTrail({ params: { contactId } }, context) {
      const { trail } = await visibleContact(deps, contactId, context);
      return { status: 200, body: { items: trail.map(trailEntryView) } };
    },
  } satisfies Partial<OperationHandlers>;
}

/** With what the customer's flow knows so far; as it is stored where whoever owns the contact cannot be asked. */
async function upToDate(contact: Contact, { contactControl }: ContactApiDeps): Promise<Contact> {
  if (contact.status !== 'ivr') return contact;
  const { accountId, id: contactId } = contact;
  return contactControl.act({ accountId, contactId, act: { kind: 'writeKept' } }).catch(() => contact);
}
