import type { OperationHandlers } from '../../operation/handler.js';
import type { ContactApiDeps } from '../contact-api-deps.js';
import { actInTalk } from './act-in-talk.js';
import { blacklistContact } from './blacklist-contact.js';
import { readContacts } from './read-contacts.js';
import { superviseContacts } from './supervise-contacts.js';

/** The HTTP face of contacts. */
export function contactOperations(deps: ContactApiDeps) {
  return {
    ...readContacts(deps),
    ...actInTalk(deps),
    ...superviseContacts(deps),
    ...blacklistContact(deps),
  } satisfies Partial<OperationHandlers>;
}
