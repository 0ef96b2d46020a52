import type { OperationHandlers } from '../../operation/handler.js';
import { ResourceNotFoundError } from '../../operation/request-errors.js';
import { createWecomTask } from '../create-wecom-task.js';
import type { WecomTaskDeps } from '../wecom-task-deps.js';
import { wecomTaskView } from '../wecom-task-view.js';

/** The HTTP face of WeCom tasks. */
export function wecomTaskOperations(deps: WecomTaskDeps) {
  const { wecomTasks } = deps;
  return {
    createWecomTask: async ({ body }, context) => ({
      status: 201,
      body: wecomTaskView(await createWecomTask(deps, context, body)),
    }),
    listWecomTasks: async ({ query: { limit, cursor, ...asked } }, { account, onlyAgentId }) => {
      if (onlyAgentId !== undefined && asked.agentId !== undefined && asked.agentId !== onlyAgentId) {
        return { status: 200, body: { items: [], nextCursor: null } };
      }
      const where = onlyAgentId === undefined ? asked : { ...asked, agentId: onlyAgentId };
      const page = await wecomTasks.list(account.id, { limit: limit ?? 50, cursor, where });
      return { status: 200, body: { items: page.items.map(wecomTaskView), nextCursor: page.nextCursor } };
    },
    getWecomTask: async ({ params: { wecomTaskId } }, { account, onlyAgentId }) => {
      const task = await wecomTasks.get(account.id, wecomTaskId);
      const visible = onlyAgentId === undefined || task?.agentId === onlyAgentId;
      if (!task || !visible) throw new ResourceNotFoundError('WeCom task', wecomTaskId);
      return { status: 200, body: wecomTaskView(task) };
    },
  } satisfies Partial<OperationHandlers>;
}
