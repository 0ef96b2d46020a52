import type { Schema } from '@hookswitch/openapi/operations';
import type { WecomTask } from './wecom-task.js';

/** As users see it: without the customer's number. */
export function wecomTaskView(task: WecomTask): Schema<'WecomTask'> {
  return {
    id: task.id,
    accountId: task.accountId,
    member: task.member,
    agentId: task.agentId ?? null,
    contactId: task.contactId ?? null,
    status: task.status,
    error: task.error ?? null,
    createdAt: task.createdAt,
    updatedAt: task.updatedAt,
    revision: task.revision,
  };
}
