import type { CommandChannel } from './command-channel.js';
import type { NodeLeases } from './node-leases.js';

/** What the operations on nodes need. */
export interface NodeDeps {
  readonly leases: Pick<NodeLeases, 'alive'>;
  readonly commands: Pick<CommandChannel, 'send'>;
}
