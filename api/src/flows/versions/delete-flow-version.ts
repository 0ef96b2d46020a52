import { type Account, EditionRequiredError } from '../../accounts/index.js';
import type { FlowDeps } from '../flow-deps.js';
import { FlowInUseError, FlowNotFoundError } from '../flow-errors.js';
import { pinnedBy, usersOf } from './running-versions.js';

/** @throws FlowNotFoundError, EditionRequiredError, FlowInUseError while it is live or something that runs names it */
export async function deleteFlowVersion(
  deps: FlowDeps,
  { id: accountId, edition }: Pick<Account, 'id' | 'edition'>,
  flowId: string,
  number: string,
): Promise<void> {
  const { flows, flowVersions, flowDocuments } = deps;
  const [flow, version] = await Promise.all([
    flows.get(accountId, flowId),
    flowVersions.findOne(accountId, { flowId, number }),
  ]);
  if (!flow || !version) throw new FlowNotFoundError(flowId, number);
  if (edition !== 'premium') throw new EditionRequiredError('Deleting versions');
  const what = `Version ${number}`;
  if (flow.liveVersion === number) throw new FlowInUseError(what, ['all calls of the flow that name no version']);
  const users = [
    ...(await usersOf(deps, accountId, { flowId, version: number })),
    ...(await pinnedBy(deps, accountId, { flowId, number })),
  ];
  if (users.length > 0) throw new FlowInUseError(what, users);
  if (!(await flowVersions.remove(accountId, version.id))) throw new FlowNotFoundError(flowId, number);
  await flowDocuments.remove(accountId, version.id);
}
