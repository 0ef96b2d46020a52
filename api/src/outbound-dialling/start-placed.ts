import { changeAgent, nextAgent } from '../acd/index.js';
import { callOutEndpoint } from '../agent-legs/index.js';
import type { Agent } from '../agents/index.js';
import type { FamilyCalls } from '../calls/index.js';
import { AgentUnavailableError, type Contact, callAgentFirst, type placedVisit } from '../contacts/index.js';
import type { CallOutDeps, PlaceContact } from './call-out-request.js';
import { NoPhoneToCallWithError } from './outbound-errors.js';

/** How long the agent's own phone rings before the call is given up, milliseconds. */
const ownPhoneRingMs = 60_000;

/** The agent counts as busy from now on, the contact begins, and the agent's own phone rings. Resolves with the contact as it is stored. */
export async function startPlaced(
  visit: ReturnType<typeof placedVisit>,
  family: Awaited<ReturnType<FamilyCalls['begin']>>,
  { accountId, agentId, contactId }: PlaceContact,
  deps: CallOutDeps,
): Promise<Contact> {
  const { live, nodeId, clock } = deps;
  await changeAgent(live, accountId, agentId, (agent) => {
    if (!agent) throw new AgentUnavailableError(`${agentId} is offline; it has to go online first.`);
    return nextAgent(agent, { type: 'placeCall', contactId, nodeId }, clock.now());
  });
  try {
    const session = await deps.place(visit, family);
    session.act(callAgentFirst(agentId, visit.placed!.endpoint.type, session.now() + ownPhoneRingMs));
    await session.settled();
  } catch (error) {
    await changeAgent(
      live,
      accountId,
      agentId,
      (agent) => agent && nextAgent(agent, { type: 'callEnded', contactId, afterCallWorkSeconds: 0 }, clock.now()),
    );
    throw error;
  }
  return (await deps.contacts.get(accountId, contactId))!;
}

/** The phone that the agent calls with. @throws NoPhoneToCallWithError */
export async function phoneOf(agent: Agent, { overMobile, miniProgram }: PlaceContact, { live }: CallOutDeps) {
  const clients = (await live.get(agent.accountId, 'agent', agent.id))?.clients ?? [];
  const endpoint = callOutEndpoint(agent, clients.length > 0, overMobile);
  if (!endpoint) throw new NoPhoneToCallWithError(agent.id);
  return miniProgram && endpoint.kind === 'phone' ? ({ ...endpoint, type: 'miniProgramSeat' } as const) : endpoint;
}

/** What every contact that an agent places begins with. */
export function contactOf(
  { contactId, accountId, remark, uui }: PlaceContact,
  { nodeId, clock }: Pick<CallOutDeps, 'nodeId' | 'clock'>,
) {
  return {
    id: contactId,
    accountId,
    nodeId,
    status: 'ringing',
    startedAt: clock.now(),
    keys: [],
    trail: [],
    recordingIds: [],
    ...(remark === undefined ? {} : { remark }),
    ...(uui === undefined ? {} : { uui }),
  } as const;
}
