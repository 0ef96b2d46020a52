import { RoutingNode } from '@hookswitch/api/acd/index';
import type { Backing } from './backing.js';
import { allLeases } from './client-leases.js';
import type { Features } from './features.js';

/** The `routing` role of a process: gives waiting calls to agents, for the accounts whose lease it holds. */
export function composeRoutingRole(backing: Backing, features: Features, processId: string): RoutingNode {
  const { clock, newId, logger, liveCentre, routingLease } = backing;
  const { skillGroups, centreSettingsOf } = features.centre;
  return new RoutingNode({
    nodeId: processId,
    store: liveCentre,
    lease: routingLease,
    leases: allLeases(backing),
    skillGroupOf: (accountId, skillGroupId) => skillGroups.get(accountId, skillGroupId),
    settingsOf: centreSettingsOf,
    clock,
    newId,
    logger,
  });
}
