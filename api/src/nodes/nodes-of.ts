import type { Schema } from '@hookswitch/openapi/operations';
import type { Account } from '../accounts/index.js';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import type { NodeDeps } from './node-deps.js';
import { nodeView } from './node-view.js';

/** The nodes that this account sees: all where it is the first one of the installation, else none. */
export async function nodesOf(account: Account, { leases }: Pick<NodeDeps, 'leases'>): Promise<Schema<'Node'>[]> {
  if (account.ancestorIds.length > 0) return [];
  return (await leases.alive()).flatMap((node) => (node.media ? [nodeView(node, node.media)] : []));
}

/** @throws ResourceNotFoundError */
export async function nodeOf(
  account: Account,
  nodeId: string,
  deps: Pick<NodeDeps, 'leases'>,
): Promise<Schema<'Node'>> {
  const node = (await nodesOf(account, deps)).find(({ id }) => id === nodeId);
  if (!node) throw new ResourceNotFoundError('node', nodeId);
  return node;
}
