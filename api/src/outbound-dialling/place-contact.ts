import type { Clock } from '@hookswitch/kernel/clock';
import { pause } from '@hookswitch/kernel/clock';
import type { Random } from '@hookswitch/kernel/random';
import { changeAgent, type LiveCentreStore, nextAgent } from '../acd/index.js';
import { callOutEndpoint } from '../agent-legs/index.js';
import type { Agent, AgentDirectory } from '../agents/index.js';
import type { AreaOf } from '../areas/index.js';
import type { FamilyCalls } from '../calls/index.js';
import type { CentreSettings, CentreSettingsOf } from '../contact-centre/index.js';
import {
  AgentUnavailableError,
  type Contact,
  type ContactStore,
  type Contacts,
  callAgentFirst,
  contactEvent,
  type EndCode,
  type NewContact,
  placedVisit,
} from '../contacts/index.js';
import type { NumberMapper } from '../number-protection/index.js';
import { callOutRefusal, longestLookBackMs } from './call-out-rules.js';
import type { CalleeHistory } from './callee-history.js';
import { type Callee, type CallRefusal, calleeOf } from './callee-of.js';
import type { CallerIds } from './caller-ids.js';
import { type ChosenCallerId, callerIdForMobile, chooseCallerId } from './choose-caller-id.js';
import { CallerIdNotOfferedError, NoCallerIdError, NoPhoneToCallWithError } from './outbound-errors.js';

/** What an agent, or a program on an agent's behalf, asks to call. Plain data: it may come from another process. */
export interface PlaceContact {
  /** Made by whoever asks, so that the contact can be looked up where the answer is lost. */
  readonly contactId: string;
  readonly accountId: string;
  readonly agentId: string;
  readonly to: CallTarget;
  readonly remark?: string;
  /** Free data, at most 1,024 bytes. */
  readonly uui?: string;
  readonly skillGroupId?: string;
  readonly callerId?: string;
  readonly numberGroupIds?: readonly string[];
  /** Whether the agent's SIP phone answers by itself. */
  readonly automatic: boolean;
  /** Over the agent's mobile; default as the agent's record says. */
  readonly overMobile?: boolean;
  /** The agent works in a mini-program. */
  readonly miniProgram?: boolean;
}

export type CallTarget =
  /** What was typed: a number, or an id where numbers are mapped (`real`: a number all the same). */
  | { readonly kind: 'typed'; readonly text: string; readonly real: boolean }
  /** A customer known already: a redial. */
  | { readonly kind: 'known'; readonly number: string; readonly protectedId?: string }
  /** Another agent; `useMobile`: its mobile where it is offline. */
  | { readonly kind: 'colleague'; readonly agentId: string; readonly useMobile: boolean };

/** What calls that agents place are made with, on a node that owns an engine. */
export interface CallOutDeps {
  readonly nodeId: string;
  readonly contacts: ContactStore;
  readonly place: Contacts['place'];
  readonly calls: Pick<FamilyCalls, 'begin' | 'mayDial'>;
  readonly live: LiveCentreStore;
  readonly agents: Pick<AgentDirectory, 'get'>;
  readonly settingsOf: CentreSettingsOf;
  readonly callerIds: CallerIds;
  readonly areaOf: AreaOf;
  readonly calleeHistory: CalleeHistory;
  readonly numberMapper: NumberMapper;
  readonly clock: Clock;
  readonly random: Random;
}

/** How long the agent's own phone rings before the call is given up, milliseconds. */
const ownPhoneRingMs = 60_000;
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
  const shown = chooseCallerId(
    {
      ...(request.callerId === undefined ? {} : { number: request.callerId }),
      ...(request.numberGroupIds === undefined ? {} : { numberGroupIds: request.numberGroupIds }),
      skillGroupIds: request.skillGroupId === undefined ? agent.skillGroupIds : [request.skillGroupId],
      rule: settings.callerIdRule,
      calleeArea: location ?? undefined,
    },
    candidates,
    deps.random,
  );
  if (!shown) throw nothingToShow(request);
  const refusal = await refusalOf(callee, settings, accountId, deps);
  if (refusal) return refused(request, callee, refusal, shown.number, deps);
  const contact: NewContact = {
    ...contactOf(request, deps),
    direction: 'outbound',
    customer: callee.number,
    line: shown.number,
    participants: [{ sequence: 0, type: 'customer', startedAt: deps.clock.now(), heldMs: 0 }],
    ...(location ? { location } : {}),
    ...(callee.protectedId === undefined ? {} : { protectedCustomer: callee.protectedId }),
    ...groupOf(shown, request),
  };
  const visit = placedVisit(contact, {
    endpoint: await phoneOf(agent, request, deps),
    automatic: request.automatic,
    to: { kind: 'customer', callerId: shown.number },
    mobileCallerId: callerIdForMobile(candidates, shown.number, deps.random) ?? shown.number,
  });
  const family = await deps.calls.begin(accountId, contactId, [shown.number, callee.number]);
  const placed = await start(visit, family, request, deps);
  const keepMs = longestLookBackMs(settings);
  if (keepMs > 0) await deps.calleeHistory.note(accountId, callee.number, deps.clock.now(), keepMs);
  return placed;
}

async function placeInternal(
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
  return start(visit, await deps.calls.begin(accountId, contactId, [nameOf(agent), ...shown]), request, deps);
}

/** What colleagues know an agent by. */
function nameOf({ extension, staffNumber }: Agent): string {
  return extension ?? staffNumber;
}

async function start(
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
    session.act(callAgentFirst(agentId, visit.placed!.endpoint.type, clock.now() + ownPhoneRingMs));
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

async function phoneOf(agent: Agent, { overMobile, miniProgram }: PlaceContact, { live }: CallOutDeps) {
  const clients = (await live.get(agent.accountId, 'agent', agent.id))?.clients ?? [];
  const endpoint = callOutEndpoint(agent, clients.length > 0, overMobile);
  if (!endpoint) throw new NoPhoneToCallWithError(agent.id);
  return miniProgram && endpoint.kind === 'phone' ? ({ ...endpoint, type: 'miniProgramSeat' } as const) : endpoint;
}

async function refusalOf(
  { number }: Callee,
  settings: CentreSettings,
  accountId: string,
  { calls, calleeHistory, clock }: CallOutDeps,
): Promise<EndCode | undefined> {
  if (!(await calls.mayDial(accountId, number))) return 'restrictedArea';
  const lookBack = longestLookBackMs(settings);
  const earlier = lookBack === 0 ? [] : await calleeHistory.since(accountId, number, clock.now() - lookBack);
  return callOutRefusal(settings, earlier, clock.now());
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

function contactOf(
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

function groupOf({ skillGroupId }: ChosenCallerId, request: PlaceContact): { skillGroupId?: string } {
  const group = request.skillGroupId ?? skillGroupId;
  return group === undefined ? {} : { skillGroupId: group };
}

function nothingToShow({ callerId, numberGroupIds }: PlaceContact): Error {
  if (callerId !== undefined) return new CallerIdNotOfferedError('/callerPhoneNumber');
  return numberGroupIds === undefined ? new NoCallerIdError() : new CallerIdNotOfferedError('/numberGroupIds');
}
