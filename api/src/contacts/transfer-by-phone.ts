import { BaseError } from '@hookswitch/kernel/base-error';
import type { EndCode } from '../call-records/call-in-contact.js';
import { DestinationNotAllowedError } from '../calls/index.js';
import type { ConsultedParty, CustomerTransfer, HandOnCustomer } from '../calls/transfer/hand-on-customer.js';
import type { ContactTarget } from './contact-control.js';
import type { ContactDeps } from './contact-deps.js';
import { ContactActNotPossibleError } from './contact-errors.js';
import type { ContactSession } from './contact-session.js';
import type { LiveQueue } from './live-queue.js';
import { type ContactContext, transferTo } from './local-contact-control.js';
import { checkRoom } from './search-for.js';
import { type ConsultedByPhone, joinConsulted } from './state/talking.js';
import type { Party, Visit } from './state/visit.js';

/** What the contacts of a process do for agents' phones. */
interface Centre {
  readonly sessions: ReadonlyMap<string, ContactSession>;
  readonly queueOf: (accountId: string) => LiveQueue;
}

/** Hands customers on as agents' phones ask that press "transfer": a blind one is the API's `transfer`, an attended one its `consult` and `complete-consult`. */
export function transferByPhone({ sessions, queueOf }: Centre, deps: ContactDeps): HandOnCustomer {
  return async ({ id, accountId, call: { contactId } }, transfer, begins) => {
    const session = sessions.get(contactId);
    const by = session && agentOn(id, session);
    if (!by) throw new ContactActNotPossibleError('Only an agent who talks to a customer hands it on.');
    const context = { queue: queueOf(accountId), deps };
    if (transfer.kind === 'attended') {
      await joinWith(transfer.to, by, session, context, begins);
      return { over: Promise.resolve(200) };
    }
    const to = await targetOf(transfer.to, accountId, deps);
    await transferTo({ kind: 'transfer', agentId: by.agentId!, to }, session, context, begins);
    return { over: to.type === 'number' ? untilLineCame(session, by.sequence) : Promise.resolve(200) };
  };
}

/** The agent whose phone that call is, in the talk. */
function agentOn(callId: string, { visit, parties, live }: ContactSession): Party | undefined {
  if (!live) return undefined;
  return visit.parties.find(
    ({ sequence, role, state }) => role === 'agent' && state === 'talking' && parties.callIds.get(sequence) === callId,
  );
}

/** Whom a number or a name means that the phone has dialled: a number (unless it is a colleague's staff number), an agent (by phone, extension or staff number), a group. */
async function targetOf(
  to: Extract<CustomerTransfer, { kind: 'blind' }>['to'],
  accountId: string,
  { agents, skillGroups, calls }: ContactDeps,
): Promise<ContactTarget> {
  if ('number' in to) {
    const colleague = to.name === undefined ? undefined : await agents.byStaffNumber(accountId, to.name);
    if (colleague) return { type: 'agent', agentId: colleague.id };
    if (!(await calls.mayDial(accountId, to.number))) throw new DestinationNotAllowedError(to.number);
    return { type: 'number', number: to.number };
  }
  const { name, endpointId } = to;
  const agent =
    (endpointId === undefined ? undefined : await agents.byEndpoint(accountId, endpointId)) ??
    (await agents.byExtension(accountId, name)) ??
    (await agents.byStaffNumber(accountId, name));
  if (agent) return { type: 'agent', agentId: agent.id };
  const group = (await skillGroups.get(accountId, name)) ?? (await skillGroups.findOne(accountId, { name }));
  if (group) return { type: 'group', skillGroupId: group.id };
  throw new NobodyCalledSoError(name);
}

/** Joins the customer with whom the phone talks to in a call of its own. */
async function joinWith(
  consulted: ConsultedParty,
  by: Party,
  session: ContactSession,
  { queue, deps }: ContactContext,
  begins: () => void,
): Promise<void> {
  const { accountId } = session.family;
  const { endpointId, callId, called, leg } = consulted;
  const agent = endpointId === undefined ? undefined : await deps.agents.byEndpoint(accountId, endpointId);
  checkJoin(by, session);
  if (agent) await queue.engage(agent.id, session.id, deps.nodeId);
  try {
    checkJoin(by, session);
    if (!consulted.take()) throw new ContactActNotPossibleError('Whom the phone has called has left.');
  } catch (error) {
    if (agent) await queue.release(agent.id, session.id, false);
    throw error;
  }
  const who: ConsultedByPhone = agent
    ? { type: 'staffExtensionSeat', agentId: agent.id, callId }
    : { type: 'outboundSeat', phone: called, callId };
  begins();
  session.parties.follow(nextSequence(session.visit), leg);
  session.act(joinConsulted(by.sequence, who));
}

/** @throws ContactActNotPossibleError, TooManyTransfersError */
function checkJoin({ sequence }: Party, session: ContactSession): void {
  checkRoom('transfer', session);
  const { visit, live } = session;
  const customer = visit.parties.find(({ role }) => role === 'customer');
  const there = visit.parties.some((party) => party.sequence === sequence && party.state === 'talking');
  if (!live || !there || customer?.state !== 'talking') {
    throw new ContactActNotPossibleError('The customer is not in the talk now.');
  }
  const under = visit.parties.some(({ consultedBy }) => consultedBy !== undefined) || visit.searches.length > 0;
  if (under) throw new ContactActNotPossibleError('Somebody else is being consulted, or called, in this contact.');
}

function nextSequence({ contact: { participants } }: Visit): number {
  return (participants.at(-1)?.sequence ?? -1) + 1;
}

/** Waits until the line has answered, or did not; answers the status that the phone is told. */
function untilLineCame(session: ContactSession, by: number): Promise<number> {
  const searchId = session.visit.searches.find(({ purpose }) => purpose === 'transfer')?.id;
  return session.until(({ contact, searches }) => {
    if (searches.some(({ id }) => id === searchId)) return undefined;
    if (contact.participants.find(({ sequence }) => sequence === by)?.transferTo !== undefined) return 200;
    const line = contact.participants.findLast(({ type }) => type === 'outboundSeat');
    return statusOfEnd[line?.endCode ?? 'unconnected'] ?? 480;
  });
}

/** How a line ended that was not answered, as SIP says it. */
const statusOfEnd: Partial<Readonly<Record<EndCode, number>>> = {
  busy: 486,
  userReject: 603,
  callerCancel: 487,
  operatorError: 503,
};

/** No phone, agent or group has that name. */
export class NobodyCalledSoError extends BaseError {
  constructor(name: string) {
    super('not_found', 'resource-not-found', `No agent and no skill group is called ${name}.`);
  }
}
