import type { OperationHandlers, RequestContext } from '../../operation/handler.js';
import { InvalidRequestError } from '../../operation/request-errors.js';
import type { CallbackRequest } from '../callback-request.js';
import type { CallbackRequestDeps } from '../callback-request-deps.js';
import { shownCallbackRequest } from '../callback-request-view.js';
import { closeCallbackRequest, takeCallbackRequest, visibleCallbackRequest } from '../change-callback-request.js';
import { createCallbackRequest } from '../create-callback-request.js';

/** The HTTP face of callback requests; calling back is `outbound-dialling`'s. */
export function callbackRequestOperations(deps: CallbackRequestDeps) {
  const { callbackRequests, agents, skillGroups, centreSettingsOf } = deps;
  const shown = (request: CallbackRequest, context: RequestContext) =>
    shownCallbackRequest(centreSettingsOf, request, context);
  return {
    async createCallbackRequest({ body }, context) {
      const { id: accountId } = context.account;
      if (!(await skillGroups.get(accountId, body.skillGroupId))) {
        throw new InvalidRequestError([{ pointer: '/skillGroupId', message: "must be one of the account's groups" }]);
      }
      const request = await createCallbackRequest(deps, { ...body, accountId });
      return { status: 201, body: await shown(request, context) };
    },
    async listCallbackRequests({ query: { limit, cursor, ...asked } }, context) {
      const { account, onlyAgentId, principal } = context;
      const groups =
        onlyAgentId === undefined || principal.kind !== 'agent' ? undefined : principal.agent.skillGroupIds;
      const { skillGroupId } = asked;
      if (groups && (groups.length === 0 || (skillGroupId !== undefined && !groups.includes(skillGroupId)))) {
        return { status: 200, body: { items: [], nextCursor: null } };
      }
      const own = groups && skillGroupId === undefined ? { skillGroupId: { in: groups } } : {};
      const page = await callbackRequests.list(account.id, { limit: limit ?? 50, cursor, where: { ...asked, ...own } });
      const items = await Promise.all(page.items.map((request) => shown(request, context)));
      return { status: 200, body: { items, nextCursor: page.nextCursor } };
    },
    async getCallbackRequest({ params: { callbackRequestId } }, context) {
      const request = await visibleCallbackRequest(deps, callbackRequestId, context);
      return { status: 200, body: await shown(request, context) };
    },
    async takeCallbackRequest({ params: { callbackRequestId }, body }, context) {
      const { account, onlyAgentId, principal } = context;
      await visibleCallbackRequest(deps, callbackRequestId, context);
      const agentId = onlyAgentId ?? body.agentId ?? (principal.kind === 'agent' ? principal.agent.id : undefined);
      if (agentId === undefined || !(await agents.get(account.id, agentId))) {
        throw new InvalidRequestError([{ pointer: '/agentId', message: "must be one of the account's agents" }]);
      }
      return {
        status: 200,
        body: await shown(await takeCallbackRequest(deps, callbackRequestId, agentId, context), context),
      };
    },
    async closeCallbackRequest({ params: { callbackRequestId }, body }, context) {
      const closed = await closeCallbackRequest(deps, callbackRequestId, body.note ?? '', context);
      return { status: 200, body: await shown(closed, context) };
    },
  } satisfies Partial<OperationHandlers>;
}
