import type { Settings } from '@hookswitch/api/config/settings';
import type { ReadinessCheck } from '@hookswitch/api/http/probes';
import { KeepEdge } from '@hookswitch/api/sip-edge/index';
import type { Clock } from '@hookswitch/kernel/clock';
import type { Logger } from '@hookswitch/kernel/logger';
import { createKamailioEdge } from '@hookswitch/media/drivers/kamailio/index';
import type { SipEdge } from '@hookswitch/media/port/sip-edge';
import { Gauge, type Registry } from 'prom-client';
import type { Backing } from './backing.js';
import type { Features } from './features.js';

/** Names the lease for the edge beside those of accounts. */
const leaseName = 'sip-edge';

/** The edge of a server: the Kamailios that the settings name; undefined where they name none. */
export function createServerEdge(
  { edgeKamailioRpc }: Pick<Settings, 'edgeKamailioRpc'>,
  surroundings: { readonly clock: Clock; readonly logger: Logger },
): SipEdge | undefined {
  return edgeKamailioRpc.length === 0 ? undefined : createKamailioEdge({ urls: edgeKamailioRpc, ...surroundings });
}

/** Keeps the edge as wanted, in the one process of the `workers` role that holds the lease for it. */
export function composeEdgeKeeper(backing: Backing, edge: SipEdge, features: Features, processId: string): KeepEdge {
  const { leases, routingLease, commands, clock, logger } = backing;
  return new KeepEdge({
    edge,
    leases,
    trunks: features.trunks,
    sipBans: features.sipBans,
    commands,
    lease: {
      hold: async (ttlMs) => (await routingLease.hold(processId, [leaseName], ttlMs)).length > 0,
      release: () => routingLease.release(processId, [leaseName]),
    },
    clock,
    logger,
  });
}

/** Rejects where a machine of the edge does not answer this process, which looks after them. */
export function edgeCheck(keeper: Pick<KeepEdge, 'health'>): ReadinessCheck {
  return async () => {
    const unwell = keeper.health().filter(({ up }) => !up);
    if (unwell.length === 0) return;
    const each = unwell.map(({ machine, problem = '' }) => `${machine}: ${problem}`).join(' ');
    throw new Error(`Not every machine of the SIP edge is as it should be. ${each}`);
  };
}

/** What the edge tells Prometheus, in the process that looks after it. */
export function edgeMetrics(metrics: Registry, keeper: Pick<KeepEdge, 'health'>): void {
  const gauge = (name: string, help: string, labelNames: string[], collect: (gauge: Gauge) => void) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers: [metrics],
      collect() {
        this.reset();
        collect(this);
      },
    });
  gauge('hookswitch_edge_up', '1 for a machine of the SIP edge that answers and is as wanted.', ['machine'], (up) => {
    for (const one of keeper.health()) up.set({ machine: one.machine }, one.up ? 1 : 0);
  });
  gauge('hookswitch_edge_nodes', 'Media nodes by what the edge thinks of them.', ['machine', 'state'], (nodes) => {
    for (const { machine, nodesUp, nodesDown } of keeper.health()) {
      nodes.set({ machine, state: 'up' }, nodesUp.length);
      nodes.set({ machine, state: 'down' }, nodesDown.length);
    }
  });
  gauge(
    'hookswitch_edge_bans',
    'Addresses that the SIP edge banned by itself and does not answer for now.',
    ['machine'],
    (bans) => {
      for (const one of keeper.health()) bans.set({ machine: one.machine }, one.bans);
    },
  );
  gauge('hookswitch_edge_requests', 'SIP requests since the machine was started.', ['machine'], (requests) => {
    for (const one of keeper.health()) requests.set({ machine: one.machine }, one.requests);
  });
}
