import type { Schema } from '@hookswitch/openapi/operations';
import type { CentreSettings, CentreSettingsOf } from '../contact-centre/index.js';
import type { RequestContext } from '../http/operation.js';
import { type ProtectionMode, shownToAgent } from '../number-protection/index.js';
import type { Contact } from './contact.js';
import { contactView } from './contact-view.js';

/** How agents see the number of that contact's customer; internal calls have none. */
export function protectionOf(
  { direction }: Pick<Contact, 'direction'>,
  { numberProtection }: Pick<CentreSettings, 'numberProtection'>,
): ProtectionMode {
  return direction === 'internal' ? 'off' : numberProtection[direction];
}

/** Programs, and people who may read every call, see customers' numbers whole; agents see them as the centre's settings say. */
export function seesNumbers({ principal }: Pick<RequestContext, 'principal'>): boolean {
  return principal.kind === 'key' || principal.scopes.includes('calls:read');
}

/** Whether it may be asked which contacts a number has: by those who see numbers, and by agents where none is hidden from them. */
export async function maySearchNumbers(settingsOf: CentreSettingsOf, context: RequestContext): Promise<boolean> {
  if (seesNumbers(context)) return true;
  const { inbound, outbound } = (await settingsOf(context.account.id)).numberProtection;
  return inbound === 'off' && outbound === 'off';
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
