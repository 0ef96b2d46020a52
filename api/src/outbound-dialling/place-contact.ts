import { pause } from '@hookswitch/kernel/clock';
import type { Agent } from '../agents/index.js';
import type { EndCode } from '../call-records/call-in-contact.js';
import type { CentreSettings } from '../contact-centre/index.js';
import { AgentUnavailableError, type Contact, contactEvent, type NewContact, placedVisit } from '../contacts/index.js';
import type { CallOutDeps, CallTarget, PlaceContact } from './call-out-request.js';
import { callOutRefusal, longestLookBackMs } from './call-out-rules.js';
import type { NotedCall } from './callee-history.js';
import { type Callee, type CallRefusal, calleeOf } from './callee-of.js';
import { callersFor } from './callers-for.js';
import { type ChosenCallerId, callerIdForMobile } from './choose-caller-id.js';
import { placeInternal } from './place-internal.js';
import { contactOf, phoneOf, startPlaced } from './start-placed.js';

/** Where a number is from is not waited for longer, milliseconds; longer where it decides what is shown. */
const areaPatienceMs = { skillGroup: 200, random: 200, sameArea: 2000 } as const;

/**
 * Places a call for an agent: rules first, so that what may not be called never reaches a carrier and ends at once with its code; then the agent counts as busy, its own phone rings,
 * and whom it calls after that. Resolves with the contact, stored and under way, or over already.
 *
 * @throws AgentStatusNotAllowedError, AgentUnavailableError, NoPhoneToCallWithError, NoCallerIdError, CallerIdNotOfferedError, NumberMappingError
 */
export async function placeContact(request: PlaceContact, deps: CallOutDeps): Promise<Contact> {
  const { accountId } = request;
  const [agent, settings] = await Promise.all([
    deps.agents.get(accountId, request.agentId),
    deps.settingsOf(accountId),
  ]);
  if (!agent) throw new AgentUnavailableError(`There is no agent ${request.agentId}.`);
  return request.to.kind === 'colleague'
    ? placeInternal(agent, request.to, request, deps)
    : placeOutbound(agent, settings, request.to, request, deps);
}

async function placeOutbound(
  agent: Agent,
  settings: CentreSettings,
  to: Exclude<CallTarget, { kind: 'colleague' }>,
  request: PlaceContact,
  deps: CallOutDeps,
): Promise<Contact> {
  const { accountId, contactId } = request;
  const callee = await calleeOf(to, settings, deps);
  if ('refused' in callee) return refused(request, callee, callee.refused, '', deps);
  const location = await Promise.race([
    deps.areaOf(callee.number),
    pause(deps.clock, areaPatienceMs[settings.callerIdRule]),
  ]);
  const candidates = await deps.callerIds.of(accountId);
  const callers = callersFor(request, agent, settings, location ?? undefined, candidates, deps.random);
  const [shown] = callers as [ChosenCallerId];
  if (!(await deps.calls.mayDial(accountId, callee.number))) {
    return refused(request, callee, 'restrictedArea', shown.number, deps);
  }
  const contact: NewContact = {
    ...contactOf(request, deps),
    direction: 'outbound',
    customer: callee.number,
    line: shown.number,
    participants: [{ sequence: 0, type: 'customer', startedAt: deps.clock.now(), heldMs: 0 }],
    ...(location ? { location } : {}),
    ...(callee.protectedId === undefined ? {} : { protectedCustomer: callee.protectedId }),
    ...(shown.skillGroupId === undefined ? {} : { skillGroupId: shown.skillGroupId }),
  };
  const visit = placedVisit(contact, {
    endpoint: await phoneOf(agent, request, deps),
    automatic: request.automatic,
    to: { kind: 'customer', callers },
    mobileCallerId: callerIdForMobile(candidates, shown.number, deps.random) ?? shown.number,
    ...(settings.surveyFlowId === undefined ? {} : { surveyFlowId: settings.surveyFlowId }),
  });
  // Noted before it is looked how often the number was called: of calls in the same moment each counts for the next.
  const noted = await noteCall(callee, settings, accountId, deps);
  const refusal = callOutRefusal(settings, noted?.earlier ?? [], deps.clock.now());
  if (refusal) {
    await noted?.forget();
    return refused(request, callee, refusal, shown.number, deps);
  }
  try {
    const shownNumbers = callers.map(({ number }) => number);
    const family = await deps.calls.begin(accountId, contactId, [...shownNumbers, callee.number]);
    return await startPlaced(visit, family, request, deps);
  } catch (error) {
    await noted?.forget();
    throw error;
  }
}

/** Notes the call where a limit counts it. */
async function noteCall(
  { number }: Callee,
  settings: CentreSettings,
  accountId: string,
  { calleeHistory, clock }: CallOutDeps,
): Promise<NotedCall | undefined> {
  const keepMs = longestLookBackMs(settings);
  return keepMs === 0 ? undefined : calleeHistory.note(accountId, number, clock.now(), keepMs);
}

/** A contact that is over before anybody was called. */
async function refused(
  request: PlaceContact,
  { number, protectedId }: Pick<CallRefusal | Callee, 'number' | 'protectedId'>,
  endCode: EndCode,
  line: string,
  deps: CallOutDeps,
): Promise<Contact> {
  const now = deps.clock.now();
  const contact: NewContact = {
    ...contactOf(request, deps),
    direction: 'outbound',
    customer: number,
    line,
    participants: [
      { sequence: 0, type: 'customer', startedAt: now, endedAt: now, endCode, heldMs: 0 },
      { sequence: 1, type: 'staffSeat', agentId: request.agentId, startedAt: now, endedAt: now, endCode, heldMs: 0 },
    ],
    ...(protectedId === undefined ? {} : { protectedCustomer: protectedId }),
    status: 'finished',
    endedAt: now,
    endCode,
    endedBy: 'system',
  };
  return deps.contacts.insert(contact, [
    contactEvent('contact.started', contact),
    contactEvent('contact.completed', contact),
  ]);
}
