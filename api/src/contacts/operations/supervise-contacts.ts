import type { OperationHandlers, RequestContext } from '../../operation/handler.js';
import { InvalidRequestError } from '../../operation/request-errors.js';
import type { ContactApiDeps } from '../contact-api-deps.js';
import { actingAgent, actOnContact, actOnContactIfPremium } from './act-on-contact.js';

/** What supervisors do in others' contacts (MON-03). */
export function superviseContacts(deps: ContactApiDeps) {
  return {
    superviseContact({ params: { contactId }, body: { agentId, mode, to } }, context) {
      const act = () => {
        const whom = to === undefined ? {} : { to };
        return { kind: 'supervise', mode, agentId: supervisor(agentId, context), ...whom } as const;
      };
      return actOnContactIfPremium('Supervising calls', deps, contactId, act, context);
    },
    leaveContactSupervision({ params: { contactId }, body: { agentId } }, context) {
      const act = { kind: 'leaveSupervision', agentId: supervisor(agentId, context) } as const;
      return actOnContact(deps, contactId, act, context);
    },
    takeOverContact({ params: { contactId }, body: { agentId, from } }, context) {
      const act = () => {
        const whom = from === undefined ? {} : { from };
        return { kind: 'takeOver', agentId: supervisor(agentId, context), ...whom } as const;
      };
      return actOnContactIfPremium('Taking calls over', deps, contactId, act, context);
    },
    endContact({ params: { contactId } }, context) {
      return actOnContact(deps, contactId, { kind: 'end' }, context);
    },
  } satisfies Partial<OperationHandlers>;
}

function supervisor(asked: string | undefined, context: RequestContext): string {
  const { agentId } = actingAgent(asked, context);
  if (agentId === undefined)
    throw new InvalidRequestError([{ pointer: '/agentId', message: 'must name the supervisor' }]);
  return agentId;
}
