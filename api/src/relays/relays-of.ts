import type { Schema } from '@hookswitch/openapi/operations';
import type { Account } from '../accounts/index.js';
import { ResourceNotFoundError } from '../operation/request-errors.js';
import type { RelayDeps } from './relay-deps.js';
import { relayIdOf } from './relay-id.js';
import { type RelaySeen, relayView } from './relay-view.js';

type Seen = readonly [RelaySeen, ...RelaySeen[]];

/** The relays that this account sees, by id: all where it is the first one of the installation, else none. Each as the nodes that use it said last. */
export async function relaysSeenBy(
  account: Account,
  { leases }: Pick<RelayDeps, 'leases'>,
): Promise<ReadonlyMap<string, Seen>> {
  const byId = new Map<string, Seen>();
  if (account.ancestorIds.length > 0) return byId;
  for (const { nodeId, media } of await leases.alive()) {
    for (const health of media?.relays ?? []) {
      const id = relayIdOf(health.address);
      byId.set(id, [...(byId.get(id) ?? []), { nodeId, health }] as unknown as Seen);
    }
  }
  return byId;
}

/** @throws ResourceNotFoundError */
export async function relaySeenBy(account: Account, relayId: string, deps: Pick<RelayDeps, 'leases'>): Promise<Seen> {
  const seen = (await relaysSeenBy(account, deps)).get(relayId);
  if (!seen) throw new ResourceNotFoundError('relay', relayId);
  return seen;
}

/** All of them as users see them. */
export async function relaysOf(
  account: Account,
  deps: Pick<RelayDeps, 'leases' | 'relayDrains'>,
): Promise<Schema<'Relay'>[]> {
  const seen = [...(await relaysSeenBy(account, deps))];
  return Promise.all(seen.map(async ([id, one]) => relayView(one, await deps.relayDrains.acrossAccounts.get(id))));
}
