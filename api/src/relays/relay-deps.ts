import type { Clock } from '@hookswitch/kernel/clock';
import type { CommandChannel, NodeLeases } from '../nodes/index.js';
import type { RelayDrainStore } from './relay-drain.js';

/** What the operations on media relays need. */
export interface RelayDeps {
  readonly leases: Pick<NodeLeases, 'alive'>;
  readonly commands: Pick<CommandChannel, 'send'>;
  readonly relayDrains: RelayDrainStore;
  readonly clock: Clock;
}
