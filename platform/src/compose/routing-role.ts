import { RoutingNode, StatusHistory } from '@hookswitch/api/acd/index';
import type { Settings } from '@hookswitch/api/config/settings';
import type { Backing } from './backing.js';
import { allLeases } from './client-leases.js';
import type { Features } from './features.js';

/** The `routing` role of a process: gives waiting calls to agents, for the accounts whose lease it holds, and keeps the history of agents' statuses. */
export function composeRoutingRole(
  backing: Backing,
  features: Features,
  processId: string,
  { contactCentreCacheMs }: Pick<Settings, 'contactCentreCacheMs'>,
) {
  const { clock, newId, logger, liveCentre, routingLease, skillGroupNews } = backing;
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
    skillGroupNews,
    skillGroupOf: (accountId, skillGroupId) => skillGroups.get(accountId, skillGroupId),
    settingsOf: centreSettingsOf,
    settingsKeptMs: contactCentreCacheMs,
    clock,
    newId,
    logger,
    witness: history,
  });
  return {
    start: () => node.start(),
    async stop() {
      await node.stop();
      await history.stop();
    },
  };
}
