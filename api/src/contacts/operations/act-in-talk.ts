import type { Schema } from '@hookswitch/openapi/operations';
import type { DigitTemplate } from '../../digit-templates/digit-template.js';
import { seesNumbers } from '../../number-protection/index.js';
import type { OperationHandlers, RequestContext } from '../../operation/handler.js';
import { InvalidRequestError } from '../../operation/request-errors.js';
import type { ContactApiDeps } from '../contact-api-deps.js';
import type { CollectionTemplate, ContactTarget, PlainAct } from '../contact-control.js';
import { ContactNotFoundError } from '../contact-errors.js';
import { contactView } from '../contact-view.js';
import { shownContact } from '../show-contact.js';
import { actingAgent, actOnContact, actOnContactIfPremium, visibleContact } from './act-on-contact.js';

/** As much of a request as acts of one shape have in common. */
export interface Asked<Body> {
  readonly params: { readonly contactId: string };
  readonly body: Body & { readonly agentId?: string };
}

/** What agents do in their contacts. */
export function actInTalk(deps: ContactApiDeps) {
  const plain =
    (kind: PlainAct) =>
    ({ params: { contactId }, body }: Asked<unknown>, context: RequestContext) =>
      actOnContact(deps, contactId, { kind, ...actingAgent(body.agentId, context) }, context);
  const holding =
    (kind: 'hold' | 'retrieve') =>
    (
      { params: { contactId }, body: { agentId, participant } }: Asked<{ participant?: number }>,
      context: RequestContext,
    ) => {
      const whom = participant === undefined ? {} : { participant };
      return actOnContact(deps, contactId, { kind, ...actingAgent(agentId, context), ...whom }, context);
    };
  const reaching =
    (kind: 'transfer' | 'consult' | 'invite') =>
    async (
      { params: { contactId }, body: { agentId, to } }: Asked<{ to: Schema<'ContactTarget'> }>,
      context: RequestContext,
    ) => {
      await checkCallerId(deps, to, context);
      return actOnContact(deps, contactId, { kind, ...actingAgent(agentId, context), to: targetOf(to) }, context);
    };
  return {
    acceptContact: plain('accept'),
    declineContact: plain('decline'),
    hangUpContact: plain('hangUp'),
    muteContact: plain('mute'),
    unmuteContact: plain('unmute'),
    completeContactConsult: plain('completeConsult'),
    mergeContactConsult: plain('mergeConsult'),
    returnFromContactConsult: plain('returnFromConsult'),
    takeBackContact: plain('takeBack'),
    holdContact: holding('hold'),
    retrieveContact: holding('retrieve'),
    transferContact: reaching('transfer'),
    consultContact: reaching('consult'),
    inviteToContact: reaching('invite'),
    sendContactDigits({ params: { contactId }, body: { agentId, participant, digits } }, context) {
      const whom = participant === undefined ? {} : { participant };
      const act = { kind: 'sendDigits', digits, ...whom, ...actingAgent(agentId, context) } as const;
      return actOnContact(deps, contactId, act, context);
    },
    collectContactDigits({ params: { contactId }, body: { agentId, digitTemplateId } }, context) {
      const act = async () => {
        const found = await deps.digitTemplates.get(context.account.id, digitTemplateId);
        if (!found) throw new ContactNotFoundError(digitTemplateId);
        return { kind: 'collectDigits', template: templateOf(found), ...actingAgent(agentId, context) } as const;
      };
      return actOnContactIfPremium('Collecting digits in a call', deps, contactId, act, context);
    },
    playToContact({ params: { contactId }, body: { agentId, url, audioId, loop = 1 } }, context) {
      const source = { ...(url === undefined ? {} : { url }), ...(audioId === undefined ? {} : { audioId }) };
      const act = { kind: 'play', loop, ...source, ...actingAgent(agentId, context) } as const;
      return actOnContact(deps, contactId, act, context);
    },
    async runContactScript({ params: { contactId }, body: { agentId, scriptUrl, flowId, version } }, context) {
      const by = { kind: 'runScript', ...actingAgent(agentId, context) } as const;
      if (flowId !== undefined && scriptUrl === undefined) {
        const flow = { flowId, ...(version === undefined ? {} : { version }) };
        const act = async () => {
          await checkSelfService(deps, flowId, context);
          await deps.flows.find(context.account.id, flow);
          return { ...by, script: { flow } };
        };
        return actOnContactIfPremium('Sending a customer to a flow', deps, contactId, act, context);
      }
      if (flowId !== undefined || scriptUrl === undefined) {
        throw new InvalidRequestError([{ pointer: '/scriptUrl', message: 'either scriptUrl or flowId is needed' }]);
      }
      await checkScriptUrl(deps, scriptUrl, context);
      return actOnContact(deps, contactId, { ...by, script: { url: scriptUrl } }, context);
    },
    recordContact({ params: { contactId }, body: { agentId, status } }, context) {
      return actOnContact(deps, contactId, { kind: 'record', status, ...actingAgent(agentId, context) }, context);
    },
    async updateContact({ params: { contactId }, body: { remark } }, context) {
      const contact = await visibleContact(deps, contactId, context);
      const act = { kind: 'remark', remark, ...actingAgent(undefined, context) } as const;
      if (contact.status !== 'finished') return actOnContact(deps, contactId, act, context);
      const noted = await deps.contacts.change(contactId, (before) => ({
        set: { remark: remark ?? '' },
        events: [
          {
            type: 'contact.updated',
            data: { contact: contactView({ ...before, remark: remark ?? '' }), detail: { remark: true } },
          },
        ],
      }));
      if (!noted) throw new ContactNotFoundError(contactId);
      return { status: 200, body: await shownContact(deps.settingsOf, noted, context) };
    },
  } satisfies Partial<OperationHandlers>;
}

/**
 * Agents choose among the flows that are for it.
 * @throws InvalidRequestError
 */
async function checkSelfService(
  { flowRecords }: Pick<ContactApiDeps, 'flowRecords'>,
  flowId: string,
  { account, onlyAgentId }: RequestContext,
): Promise<void> {
  if (onlyAgentId === undefined || (await flowRecords.get(account.id, flowId))?.selfService) return;
  throw new InvalidRequestError([{ pointer: '/flowId', message: 'must be one of the flows for self-service' }]);
}

/**
 * A script is told the customer's number and may dial: who may not see numbers sends customers to the account's own scripts only.
 * @throws InvalidRequestError
 */
async function checkScriptUrl(
  { applications }: Pick<ContactApiDeps, 'applications'>,
  scriptUrl: string,
  context: RequestContext,
): Promise<void> {
  if (seesNumbers(context) || (await applications.findOne(context.account.id, { scriptUrl }))) return;
  throw new InvalidRequestError([
    { pointer: '/scriptUrl', message: "must be the script URL of one of the account's applications" },
  ]);
}

/**
 * A call on behalf of a customer may show the customer's number: whether one guessed it must not be told to who may not see it.
 * @throws InvalidRequestError
 */
async function checkCallerId(
  { blacklist: { numbers } }: Pick<ContactApiDeps, 'blacklist'>,
  to: Schema<'ContactTarget'>,
  context: RequestContext,
): Promise<void> {
  const callerId = to.type === 'number' ? to.callerId : undefined;
  if (callerId === undefined || seesNumbers(context)) return;
  if (!(await numbers.findOne(context.account.id, { number: callerId }))) {
    throw new InvalidRequestError([{ pointer: '/to/callerId', message: "must be one of the account's numbers" }]);
  }
}

function templateOf(template: DigitTemplate): CollectionTemplate {
  const { prompt, digits, fixedLength, finishOnKey, timeoutSeconds, callbackUrl } = template;
  const callback = callbackUrl === undefined ? {} : { callbackUrl };
  return { prompt, digits, fixedLength, finishOnKey, timeoutSeconds, ...callback };
}

function targetOf(to: Schema<'ContactTarget'>): ContactTarget {
  if (to.type !== 'number') return to;
  return { type: 'number', number: to.number, ...(to.callerId === undefined ? {} : { callerId: to.callerId }) };
}
