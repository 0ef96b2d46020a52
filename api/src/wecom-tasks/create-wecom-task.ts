import type { Schema } from '@hookswitch/openapi/operations';
import { EditionRequiredError } from '../accounts/index.js';
import type { RequestContext } from '../operation/handler.js';
import { InvalidRequestError } from '../operation/request-errors.js';
import { OutboundHttpError } from '../outbound-http/index.js';
import { timestamp } from '../store/timestamp.js';
import type { WecomTask } from './wecom-task.js';
import type { WecomTaskDeps } from './wecom-task-deps.js';
import { WecomNotSetUpError } from './wecom-task-errors.js';

/**
 * Keeps the task and tells the company's WeCom interface with one POST of `{taskId, member, number, contactId, note}`; any 2xx means that it was taken. An agent who may this for its own
 * contacts only names one in which it takes or took part.
 * @throws EditionRequiredError, WecomNotSetUpError, InvalidRequestError
 */
export async function createWecomTask(
  deps: WecomTaskDeps,
  { account, principal, onlyAgentId }: Pick<RequestContext, 'account' | 'principal' | 'onlyAgentId'>,
  request: Schema<'CreateWecomTaskRequest'>,
): Promise<WecomTask> {
  if (account.edition !== 'premium') throw new EditionRequiredError('Giving tasks to WeCom members');
  const { wecomTaskUrl } = await deps.centreSettingsOf(account.id);
  if (wecomTaskUrl === undefined) throw new WecomNotSetUpError();
  const now = timestamp(deps.clock);
  const task: WecomTask = {
    id: deps.newId('WT'),
    accountId: account.id,
    member: request.member,
    number: await customerNumber(deps, account.id, request, onlyAgentId),
    ...(request.contactId !== undefined && { contactId: request.contactId }),
    ...(principal.kind === 'agent' && { agentId: principal.agent.id }),
    note: request.note ?? '',
    status: 'pending',
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await deps.wecomTasks.insert(task);
  const told = await tell(deps, wecomTaskUrl, task);
  return deps.wecomTasks.replace({ ...task, ...told, updatedAt: timestamp(deps.clock) });
}

async function customerNumber(
  deps: WecomTaskDeps,
  accountId: string,
  { contactId, number }: Schema<'CreateWecomTaskRequest'>,
  onlyAgentId: string | undefined,
): Promise<string> {
  if (number !== undefined && onlyAgentId !== undefined) {
    throw new InvalidRequestError([
      { pointer: '/number', message: 'is not for your role, which has this for its own contacts: give contactId' },
    ]);
  }
  if ((contactId === undefined) === (number === undefined)) {
    throw new InvalidRequestError([{ pointer: '/contactId', message: 'either contactId or number is needed' }]);
  }
  if (number !== undefined) return number;
  const contact = await deps.contactOf(accountId, contactId!);
  const own = onlyAgentId === undefined || contact?.participants.some(({ agentId }) => agentId === onlyAgentId);
  if (!contact || !own) {
    const whose = onlyAgentId === undefined ? "the account's" : 'your own';
    throw new InvalidRequestError([{ pointer: '/contactId', message: `must be the id of one of ${whose} contacts` }]);
  }
  return contact.customer;
}

async function tell(
  { outboundHttp }: WecomTaskDeps,
  url: string,
  { id, member, number, contactId, note }: WecomTask,
): Promise<Pick<WecomTask, 'status' | 'error'>> {
  try {
    const { status } = await outboundHttp.request({
      method: 'POST',
      url,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ taskId: id, member, number, contactId: contactId ?? null, note }),
    });
    if (status >= 200 && status <= 299) return { status: 'sent' };
    return { status: 'failed', error: `The interface answered ${status}.` };
  } catch (error) {
    // Agents read it, and need not learn where the interface is.
    const why = error instanceof OutboundHttpError ? error.failure : 'internal-error';
    return { status: 'failed', error: `The interface gave no answer: ${why}.` };
  }
}
