import { NodeHeartbeat } from '@hookswitch/api/nodes/index';
import type { Backing } from './backing.js';

/** Keeps the lease by which the clients live that are connected to this process: should it die, routing takes them off their agents. */
export function clientHeartbeat({ clientLeases, clock, logger }: Backing, processId: string): NodeHeartbeat {
  const report = () => ({ counts: { total: 0, accounts: {}, trunks: {} } });
  return new NodeHeartbeat({ nodeId: processId, leases: clientLeases, report, clock, logger });
}

/** Everything that owns something live: the nodes of calls and the processes of clients. */
export function allLeases({ leases, clientLeases }: Pick<Backing, 'leases' | 'clientLeases'>) {
  return { alive: async () => (await Promise.all([leases.alive(), clientLeases.alive()])).flat() };
}
