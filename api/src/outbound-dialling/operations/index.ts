import type { Clock } from '@hookswitch/kernel/clock';
import type { NewId } from '@hookswitch/kernel/ids';
import type { Schema } from '@hookswitch/openapi/operations';
import { EditionRequiredError } from '../../accounts/index.js';
import type { AgentStore } from '../../agents/index.js';
import {
  type CallbackRequestStore,
  calledBack,
  takeCallbackRequest,
  visibleCallbackRequest,
} from '../../callback-requests/index.js';
import type { CentreSettingsOf } from '../../contact-centre/index.js';
import {
  actingAgent,
  ContactActNotPossibleError,
  type ContactStore,
  shownContact,
  visibleContact,
} from '../../contacts/index.js';
import type { OperationHandlers, RequestContext } from '../../operation/handler.js';
import { InvalidRequestError, ResourceNotFoundError } from '../../operation/request-errors.js';
import type { PlaceContact } from '../call-out-request.js';
import type { ContactPlacer } from '../place-control.js';

/** What the operations need. */
export interface CallOutApiDeps {
  readonly contacts: ContactStore;
  readonly agents: Pick<AgentStore, 'get'>;
  readonly placer: ContactPlacer;
  readonly settingsOf: CentreSettingsOf;
  readonly callbackRequests: CallbackRequestStore;
  readonly clock: Clock;
  readonly newId: NewId;
}

const mostUuiBytes = 1024;

/** Calls that agents place, and programs on their behalf. */
export function callOutOperations(deps: CallOutApiDeps) {
  const place = async (request: Omit<PlaceContact, 'contactId' | 'accountId'>, context: RequestContext) => {
    const { id: accountId } = context.account;
    const contact = await deps.placer.place({ ...request, accountId, contactId: deps.newId('CN') });
    const body = await shownContact(deps.settingsOf, contact, context);
    return { status: 201, body, headers: { Location: `/v1/contacts/${contact.id}` } } as const;
  };
  const known = async (agentId: string, { account }: RequestContext) => {
    const agent = await deps.agents.get(account.id, agentId);
    if (!agent) throw new ResourceNotFoundError('agent', agentId);
    return agent;
  };
  return {
    async placeAgentCall({ params: { agentId }, body }, context) {
      const agent = await known(agentId, context);
      const { participantType, skillGroupId } = body;
      if (participantType === 'miniProgramSeat' && context.account.edition !== 'premium') {
        throw new EditionRequiredError('Calling out from a mini-program');
      }
      if (skillGroupId !== undefined && !agent.skillGroupIds.includes(skillGroupId)) {
        throw new InvalidRequestError([{ pointer: '/skillGroupId', message: "must be one of the agent's groups" }]);
      }
      const to = { kind: 'typed', text: body.to.trim(), real: body.phoneEncodeType === 'number' } as const;
      return place({ agentId, to, ...shared(body), miniProgram: participantType === 'miniProgramSeat' }, context);
    },
    async callColleague({ params: { agentId }, body }, context) {
      await known(agentId, context);
      const { to: colleague, useMobile = false, automaticAnswer: automatic = false } = body;
      return place({ agentId, to: { kind: 'colleague', agentId: colleague, useMobile }, automatic }, context);
    },
    async redialContact({ params: { contactId }, body }, context) {
      const contact = await visibleContact(deps, contactId, context);
      const { agentId } = actingAgent(body.agentId, context);
      const caller = agentId ?? contact.participants.findLast((each) => each.agentId !== undefined)?.agentId;
      if (caller === undefined) throw new InvalidRequestError([{ pointer: '/agentId', message: 'must be given' }]);
      await known(caller, context);
      if (contact.status !== 'finished') throw new ContactActNotPossibleError(`${contactId} is under way still.`);
      if (contact.direction === 'internal') throw new ContactActNotPossibleError(`${contactId} has no customer.`);
      const { customer: number, protectedCustomer } = contact;
      const id = protectedCustomer === undefined ? {} : { protectedId: protectedCustomer };
      return place({ agentId: caller, to: { kind: 'known', number, ...id }, ...shared(body) }, context);
    },
    async callBack({ params: { callbackRequestId }, body }, context) {
      await visibleCallbackRequest(deps, callbackRequestId, context);
      const { agentId } = actingAgent(body.agentId, context);
      if (agentId === undefined) throw new InvalidRequestError([{ pointer: '/agentId', message: 'must be given' }]);
      await known(agentId, context);
      const request = await takeCallbackRequest(deps, callbackRequestId, agentId, context);
      const { number, protectedNumber } = request;
      const id = protectedNumber === undefined ? {} : { protectedId: protectedNumber };
      const placed = await place({ agentId, to: { kind: 'known', number, ...id }, ...shared(body) }, context);
      await calledBack(deps, callbackRequestId, placed.body.id, context);
      return placed;
    },
  } satisfies Partial<OperationHandlers>;
}

function shared(
  body: Omit<Schema<'RedialContactRequest'>, 'agentId'> &
    Partial<Pick<Schema<'PlaceAgentCallRequest'>, 'remark' | 'skillGroupId' | 'numberGroupIds'>>,
) {
  const { uui, numberGroupIds, remark, skillGroupId, useMobile } = body;
  if (uui !== undefined && Buffer.byteLength(uui) > mostUuiBytes) {
    throw new InvalidRequestError([{ pointer: '/uui', message: 'must not be longer than 1,024 bytes' }]);
  }
  const callerIds = callerIdsOf(body);
  return {
    automatic: body.automaticAnswer ?? false,
    ...(uui === undefined ? {} : { uui }),
    ...(callerIds === undefined ? {} : { callerIds }),
    ...(numberGroupIds === undefined ? {} : { numberGroupIds }),
    ...(remark === undefined ? {} : { remark }),
    ...(skillGroupId === undefined ? {} : { skillGroupId }),
    ...(useMobile === undefined ? {} : { overMobile: useMobile }),
  };
}

function callerIdsOf({
  callerPhoneNumber: one,
  callerPhoneNumbers: several,
}: Pick<Schema<'RedialContactRequest'>, 'callerPhoneNumber' | 'callerPhoneNumbers'>): readonly string[] | undefined {
  if (one === undefined) return several;
  if (several === undefined) return [one];
  throw new InvalidRequestError([
    { pointer: '/callerPhoneNumbers', message: 'must not be given with callerPhoneNumber' },
  ]);
}
