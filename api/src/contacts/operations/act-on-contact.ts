import { EditionRequiredError } from '../../accounts/index.js';
import type { RequestContext } from '../../operation/handler.js';
import type { Contact } from '../contact.js';
import type { ContactApiDeps } from '../contact-api-deps.js';
import type { ContactAct } from '../contact-control.js';
import { ContactNotFoundError } from '../contact-errors.js';
import { shownContact } from '../show-contact.js';

/** A contact that may be asked about: an agent who sees only its own things sees those it takes or took part in. */
export async function visibleContact(
  { contacts }: Pick<ContactApiDeps, 'contacts'>,
  contactId: string,
  { account, onlyAgentId }: RequestContext,
): Promise<Contact> {
  const contact = await contacts.get(account.id, contactId);
  const visible = onlyAgentId === undefined || contact?.participants.some(({ agentId }) => agentId === onlyAgentId);
  if (!contact || !visible) throw new ContactNotFoundError(contactId);
  return contact;
}

/** On whose behalf a request acts: an agent acts for itself. */
export function actingAgent(
  asked: string | undefined,
  { onlyAgentId, principal }: RequestContext,
): { agentId?: string } {
  const agentId = onlyAgentId ?? asked ?? (principal.kind === 'agent' ? principal.agent.id : undefined);
  return agentId === undefined ? {} : { agentId };
}

/** Has the contact's owner do it. */
export async function actOnContact(deps: ContactApiDeps, contactId: string, act: ContactAct, context: RequestContext) {
  await visibleContact(deps, contactId, context);
  const contact = await deps.contactControl.act({ accountId: context.account.id, contactId, act });
  return { status: 200, body: await shownContact(deps.settingsOf, contact, context) } as const;
}

/** Has the contact's owner do it, where the account's edition includes that. */
export async function actOnContactIfPremium(
  what: string,
  deps: ContactApiDeps,
  contactId: string,
  act: () => ContactAct | Promise<ContactAct>,
  context: RequestContext,
) {
  await visibleContact(deps, contactId, context);
  if (context.account.edition !== 'premium') throw new EditionRequiredError(what);
  return actOnContact(deps, contactId, await act(), context);
}
