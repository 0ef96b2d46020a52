import type { Schema } from '@hookswitch/openapi/operations';
import type { CentreSettings, CentreSettingsOf } from '../contact-centre/index.js';
import { type ProtectionMode, seesNumbers, shownToAgent } from '../number-protection/index.js';
import type { RequestContext } from '../operation/handler.js';
import type { Contact } from './contact.js';
import { contactView } from './contact-view.js';

/** How agents see the number of that contact's customer; internal calls have none. */
export function protectionOf(
  { direction }: Pick<Contact, 'direction'>,
  { numberProtection }: Pick<CentreSettings, 'numberProtection'>,
): ProtectionMode {
  return direction === 'internal' ? 'off' : numberProtection[direction];
}

/** The contact as whoever asks may see it (SOFTIN-04, INSET-03, OUTSET-03). */
export async function shownContact(
  settingsOf: CentreSettingsOf,
  contact: Contact,
  context: RequestContext,
): Promise<Schema<'Contact'>> {
  const view = contactView(contact);
  if (seesNumbers(context)) return view;
  const mode = protectionOf(contact, await settingsOf(contact.accountId));
  const { number, protectedId } = shownToAgent(contact.customer, mode, contact.protectedCustomer);
  return { ...view, customer: number, protectedCustomer: protectedId ?? null };
}
