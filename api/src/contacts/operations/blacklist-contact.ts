import { isE164 } from '@hookswitch/kernel/phone-number';
import { createBlacklistEntry } from '../../blacklist/index.js';
import type { OperationHandlers } from '../../operation/handler.js';
import { DuplicateRecordError } from '../../store/tenant-collection.js';
import type { ContactApiDeps } from '../contact-api-deps.js';
import { ContactActNotPossibleError } from '../contact-errors.js';
import { actingAgent, visibleContact } from './act-on-contact.js';

/** Keeps a contact's customer out from now on; whoever asks needs not see the number (SOFTIN-15, SOFTOUT-14). */
export function blacklistContact(deps: ContactApiDeps) {
  return {
    async blacklistContact({ params: { contactId }, body: { agentId: asked, numberIds, reason } }, context) {
      const contact = await visibleContact(deps, contactId, context);
      if (!isE164(contact.customer)) {
        throw new ContactActNotPossibleError(`The customer of ${contactId} shows no number.`);
      }
      const { agentId } = actingAgent(asked, context);
      const request = {
        number: contact.customer,
        ...(numberIds === undefined ? {} : { numberIds }),
        ...(reason === undefined ? {} : { reason }),
      };
      const by = { contactId, ...(agentId === undefined ? {} : { addedBy: agentId }) };
      try {
        await createBlacklistEntry(deps.blacklist, context.account, request, by);
      } catch (error) {
        if (!(error instanceof DuplicateRecordError)) throw error;
      }
      return { status: 204 };
    },
  } satisfies Partial<OperationHandlers>;
}
