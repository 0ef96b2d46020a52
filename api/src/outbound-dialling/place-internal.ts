import type { Agent } from '../agents/index.js';
import { AgentUnavailableError, type Contact, type NewContact, placedVisit } from '../contacts/index.js';
import type { CallOutDeps, CallTarget, PlaceContact } from './call-out-request.js';
import { callerIdForMobile } from './choose-caller-id.js';
import { NoCallerIdError } from './outbound-errors.js';
import { contactOf, phoneOf, startPlaced } from './start-placed.js';

/**
 * A call to another agent (AGENT-04): on its phones where it is online, on its mobile where it is not.
 * @throws AgentUnavailableError, NoPhoneToCallWithError, NoCallerIdError
 */
export async function placeInternal(
  agent: Agent,
  to: Extract<CallTarget, { kind: 'colleague' }>,
  request: PlaceContact,
  deps: CallOutDeps,
): Promise<Contact> {
  const { accountId, contactId } = request;
  const callee = await deps.agents.get(accountId, to.agentId);
  if (!callee) throw new AgentUnavailableError(`There is no agent ${to.agentId}.`);
  if (callee.id === agent.id) throw new AgentUnavailableError('An agent cannot call itself.');
  const live = await deps.live.get(accountId, 'agent', callee.id);
  const offline = live === undefined || live.status === 'offline';
  if (offline && !to.useMobile) {
    throw new AgentUnavailableError(`${callee.id} is offline; its mobile can be called with useMobile.`);
  }
  if (offline && callee.phone === undefined) throw new AgentUnavailableError(`${callee.id} has no bound mobile.`);
  if (live?.status === 'busy' || live?.offerId !== undefined) {
    throw new AgentUnavailableError(
      `${callee.id} is ${live.status === 'busy' ? 'busy' : 'being asked to take a call'} now.`,
    );
  }
  const candidates = await deps.callerIds.of(accountId);
  const mobileCallerId = callerIdForMobile(candidates, candidates[0]?.number, deps.random);
  const endpoint = await phoneOf(agent, request, deps);
  if (mobileCallerId === undefined && (offline || endpoint.kind === 'mobile')) throw new NoCallerIdError();
  const contact: NewContact = {
    ...contactOf(request, deps),
    direction: 'internal',
    customer: nameOf(agent),
    line: nameOf(callee),
    participants: [],
  };
  const visit = placedVisit(contact, {
    endpoint,
    automatic: request.automatic,
    to: offline ? { kind: 'mobile', agentId: callee.id, number: callee.phone! } : { kind: 'agent', agentId: callee.id },
    mobileCallerId: mobileCallerId ?? nameOf(agent),
  });
  const shown = mobileCallerId === undefined ? [] : [mobileCallerId];
  return startPlaced(visit, await deps.calls.begin(accountId, contactId, [nameOf(agent), ...shown]), request, deps);
}

/** What colleagues know an agent by. */
function nameOf({ extension, staffNumber }: Agent): string {
  return extension ?? staffNumber;
}
