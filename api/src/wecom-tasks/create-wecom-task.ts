import type { Schema } from '@hookswitch/openapi/operations';
import { type Account, EditionRequiredError } from '../accounts/index.js';
import { InvalidRequestError } from '../http/http-errors.js';
import { timestamp } from '../store/timestamp.js';
import type { WecomTask } from './wecom-task.js';
import type { WecomTaskDeps } from './wecom-task-deps.js';
import { WecomNotSetUpError } from './wecom-task-errors.js';

/**
 * Keeps the task and tells the company's WeCom interface with one POST of `{taskId, member, number, contactId, note}`; any 2xx means that it was taken.
 * @throws EditionRequiredError, WecomNotSetUpError, InvalidRequestError
 */
export async function createWecomTask(
  deps: WecomTaskDeps,
  account: Pick<Account, 'id' | 'edition'>,
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
    number: await customerNumber(deps, account.id, request),
    ...(request.contactId !== undefined && { contactId: request.contactId }),
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
): Promise<string> {
  if ((contactId === undefined) === (number === undefined)) {
    throw new InvalidRequestError([{ pointer: '/contactId', message: 'either contactId or number is needed' }]);
  }
  const found = number ?? (await deps.customerOf(accountId, contactId!));
  if (found === undefined) {
    throw new InvalidRequestError([
      { pointer: '/contactId', message: `must be the id of one of the account's contacts` },
    ]);
  }
  return found;
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
    return { status: 'failed', error: error instanceof Error ? error.message : String(error) };
  }
}
