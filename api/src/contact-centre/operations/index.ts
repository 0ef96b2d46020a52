import type { OperationHandlers } from '../../operation/handler.js';
import type { ContactCentreDeps } from '../update-centre-settings.js';
import { getContactCentre } from './get-contact-centre.js';
import { updateContactCentre } from './update-contact-centre.js';

/** The HTTP face of a contact centre's settings. */
export function contactCentreOperations(deps: ContactCentreDeps) {
  return {
    getContactCentre: getContactCentre(deps),
    updateContactCentre: updateContactCentre(deps),
  } satisfies Partial<OperationHandlers>;
}
