import type { Filter } from '../../store/tenant-collection.js';
import { flowRef } from '../document/references.js';
import type { FlowVersion } from '../flow.js';
import type { FlowDeps } from '../flow-deps.js';
import { every } from './every.js';

/** Flows are no deeper in one another when they run. */
const deepest = 10;

/** What it takes to know which versions run. */
export type RunningVersionsDeps = Pick<FlowDeps, 'flows' | 'flowVersions' | 'flowUsers'>;

/**
 * The published versions that fit and that calls may run: the live one of its flow, and those that a number, a setting or another version that runs names. In words for
 * the user.
 */
export async function runningVersions(
  deps: RunningVersionsDeps,
  accountId: string,
  where: Filter<FlowVersion>,
  fits: (version: FlowVersion) => boolean = () => true,
  depth = 1,
): Promise<readonly string[]> {
  const words: string[] = [];
  for (const version of await every(deps.flowVersions, accountId, where)) {
    if (!fits(version)) continue;
    const { flowId, number } = version;
    const flow = await deps.flows.get(accountId, flowId);
    if (!flow) continue;
    const runs =
      flow.liveVersion === number ||
      (await usersOf(deps, accountId, { flowId, version: number })).length > 0 ||
      (depth < deepest && (await pinnedBy(deps, accountId, version, depth + 1)).length > 0);
    if (runs) words.push(`version ${number} of the flow ${flow.name}`);
  }
  return words;
}

/** Versions that run and name this one. */
export function pinnedBy(
  deps: RunningVersionsDeps,
  accountId: string,
  { flowId, number }: Pick<FlowVersion, 'flowId' | 'number'>,
  depth = 1,
): Promise<readonly string[]> {
  const ref = flowRef(flowId, number);
  const where = { flowIds: { contains: flowId } };
  return runningVersions(deps, accountId, where, ({ flowRefs }) => flowRefs.includes(ref), depth);
}

/** Numbers, settings and the like that name a flow or, where one is given, that version of it. */
export async function usersOf(
  { flowUsers }: Pick<FlowDeps, 'flowUsers'>,
  accountId: string,
  flow: { readonly flowId: string; readonly version?: string },
): Promise<readonly string[]> {
  return (await Promise.all(flowUsers.map((user) => user(accountId, flow)))).flat();
}
