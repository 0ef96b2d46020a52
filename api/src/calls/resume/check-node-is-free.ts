import { BaseError } from '@hookswitch/kernel/base-error';
import type { CommandChannel } from '../../nodes/command-channel.js';
import { isThereCommand, OwnerUnreachableError } from '../../nodes/index.js';

/** Another process with this node's id is up. */
export class NodeTakenError extends BaseError {
  constructor(nodeId: string) {
    super(
      'conflict',
      'node-taken',
      `Another process with the NODE_ID ${nodeId} is up. Each process needs one of its own; one that stops still has it until its last call is over.`,
    );
  }
}

/**
 * Makes sure that no other process with this node's id is up: each would take the other's calls for its own.
 * @throws NodeTakenError
 */
export async function checkNodeIsFree(nodeId: string, commands: Pick<CommandChannel, 'send'>): Promise<void> {
  try {
    await commands.send(nodeId, { type: isThereCommand, request: {} });
  } catch (error) {
    if (error instanceof OwnerUnreachableError) return;
    throw error;
  }
  throw new NodeTakenError(nodeId);
}
