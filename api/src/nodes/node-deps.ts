import type { CommandChannel, NodeLeases } from '../calls/index.js';

/** What the operations on nodes need. */
export interface NodeDeps {
  readonly leases: Pick<NodeLeases, 'alive'>;
  readonly commands: Pick<CommandChannel, 'send'>;
}
