import type { FlowDeps } from './flow-deps.js';
import { FlowInUseError, FlowNotFoundError } from './flow-errors.js';
import { every } from './versions/every.js';
import { runningVersions, usersOf } from './versions/running-versions.js';

/** Deletes a flow with all that belongs to it. @throws FlowNotFoundError, FlowInUseError while something that runs names it */
export async function deleteFlow(deps: FlowDeps, accountId: string, flowId: string): Promise<void> {
  const { flows, flowVersions, flowDocuments, flowCounts } = deps;
  const flow = await flows.get(accountId, flowId);
  if (!flow) throw new FlowNotFoundError(flowId);
  const users = [
    ...(await usersOf(deps, accountId, { flowId })),
    ...(await runningVersions(
      deps,
      accountId,
      { flowIds: { contains: flowId } },
      (version) => version.flowId !== flowId,
    )),
  ];
  if (users.length > 0) throw new FlowInUseError(`The flow ${flow.name}`, users);
  if (!(await flows.remove(accountId, flowId))) throw new FlowNotFoundError(flowId);
  for (const { id } of await every(flowVersions, accountId, { flowId })) {
    await flowVersions.remove(accountId, id);
    await flowDocuments.remove(accountId, id);
  }
  await flowDocuments.remove(accountId, flowId);
  await flowCounts.forget(accountId, flowId);
}
