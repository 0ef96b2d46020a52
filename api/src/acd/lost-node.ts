import { decideAndCommit } from './decide-and-commit.js';
import { callsOfDeadNodes } from './dispatch/upkeep.js';
import type { LiveCentreStore } from './live-centre-store.js';
import type { LiveAgent } from './live-records.js';

/**
 * Ends what calls of that node left in an account's live state: those who wait leave the queue, what rings is withdrawn, agents who talked are free. For a node that comes
 * back before anybody took it for dead. Agents of whom `stays` says so are left in their call.
 */
export async function endCallsOfNode(
  live: LiveCentreStore,
  accountId: string,
  nodeId: string,
  now: () => number,
  stays: (agent: LiveAgent) => boolean = () => false,
): Promise<void> {
  const left = async () => {
    const { agents, entries, offers } = await live.load(accountId);
    const byId = <Record extends { id: string }>(records: readonly Record[]) =>
      new Map(records.map((record) => [record.id, record]));
    const index = {
      agents: byId(agents.filter((agent) => !stays(agent))),
      entries: byId(entries),
      offers: byId(offers),
    };
    return callsOfDeadNodes(index, new Set([nodeId]), now());
  };
  // One after another, each decided on the state as it is then.
  while (await decideAndCommit(live, accountId, async () => (await left())[0])) {}
}
