import type { RequestContext } from '../operation/handler.js';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import { changeRecord } from '../store/change-record.js';
import { timestamp } from '../store/timestamp.js';
import type { CallbackRequest } from './callback-request.js';
import type { CallbackRequestDeps } from './callback-request-deps.js';
import { CallbackRequestNotOpenError } from './callback-request-errors.js';

type Deps = Pick<CallbackRequestDeps, 'callbackRequests' | 'clock'>;
type Asker = Pick<RequestContext, 'account' | 'onlyAgentId' | 'principal'>;

/** The request, where whoever asks may see it: an agent those of its groups, and what it took itself. @throws ResourceNotFoundError */
export async function visibleCallbackRequest(
  { callbackRequests }: Pick<CallbackRequestDeps, 'callbackRequests'>,
  id: string,
  { account, onlyAgentId, principal }: Asker,
): Promise<CallbackRequest> {
  const request = await callbackRequests.get(account.id, id);
  const groups = principal.kind === 'agent' ? principal.agent.skillGroupIds : [];
  const visible =
    onlyAgentId === undefined || request?.agentId === onlyAgentId || groups.includes(request?.skillGroupId ?? '');
  if (!request || !visible) throw new ResourceNotFoundError('callback request', id);
  return request;
}

/** Gives it to that agent. @throws CallbackRequestNotOpenError, ResourceNotFoundError */
export async function takeCallbackRequest(
  deps: Deps,
  id: string,
  agentId: string,
  asker: Asker,
): Promise<CallbackRequest> {
  return change(deps, id, asker, (request) => {
    if (request.status === 'taken' && request.agentId === agentId) return request;
    if (request.status === 'done' || (request.status === 'taken' && asker.onlyAgentId !== undefined)) {
      throw new CallbackRequestNotOpenError(request);
    }
    return { ...request, status: 'taken', agentId, takenAt: timestamp(deps.clock) };
  });
}

/** It is done. @throws CallbackRequestNotOpenError, ResourceNotFoundError */
export async function closeCallbackRequest(
  deps: Deps,
  id: string,
  closingNote: string,
  asker: Asker,
): Promise<CallbackRequest> {
  return change(deps, id, asker, (request) => {
    const others =
      request.agentId !== undefined && asker.onlyAgentId !== undefined && request.agentId !== asker.onlyAgentId;
    if (request.status === 'done' || others) throw new CallbackRequestNotOpenError(request);
    return { ...request, status: 'done', closedAt: timestamp(deps.clock), closingNote };
  });
}

/** Keeps which contact called back. */
export async function calledBack(deps: Deps, id: string, callContactId: string, asker: Asker): Promise<void> {
  await change(deps, id, asker, (request) => ({ ...request, callContactId }));
}

async function change(
  deps: Deps,
  id: string,
  asker: Asker,
  decide: (request: CallbackRequest) => CallbackRequest,
): Promise<CallbackRequest> {
  await visibleCallbackRequest(deps, id, asker);
  const changed = await changeRecord(deps.callbackRequests, deps.clock, asker.account.id, id, decide);
  if (!changed) throw new ResourceNotFoundError('callback request', id);
  return changed;
}
