import { RoutingNode, StatusHistory } from '@hookswitch/api/acd/index';
import type { Backing } from './backing.js';
import { allLeases } from './client-leases.js';
import type { Features } from './features.js';

export type RoutingRole = ReturnType<typeof composeRoutingRole>;

/** The `routing` role of a process: gives waiting calls to agents, for the accounts whose lease it holds, and keeps the history of agents' statuses. */
export function composeRoutingRole(backing: Backing, features: Features, processId: string) {
  const { clock, newId, logger, liveCentre, routingLease } = backing;
  const { skillGroups, centreSettingsOf } = features.centre;
  const { statusChanges, statusCursors, statusEvents } = features.acd;
  const history = new StatusHistory({
    store: liveCentre,
    changes: statusChanges,
    cursors: statusCursors,
    clock,
    logger,
    onKept: (agentId) => features.outbox.hint(statusEvents.name, agentId),
  });
  const node = new RoutingNode({
    nodeId: processId,
    store: liveCentre,
    lease: routingLease,
    leases: allLeases(backing),
    skillGroupOf: (accountId, skillGroupId) => skillGroups.get(accountId, skillGroupId),
    settingsOf: centreSettingsOf,
    clock,
    newId,
    logger,
    witness: history,
  });
  return {
    start: () => node.start(),
    /** A group's record was changed in this process. */
    skillGroupChanged: (accountId: string, skillGroupId: string) => node.skillGroupChanged(accountId, skillGroupId),
    async stop() {
      await node.stop();
      await history.stop();
    },
  };
}
