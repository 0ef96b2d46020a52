import type { RelayHealth } from '@hookswitch/media/port/media-relay';
import type { Schema } from '@hookswitch/openapi/operations';
import type { Account } from '../accounts/index.js';
import { DuplicateRecordError } from '../store/tenant-collection.js';
import { timestamp } from '../store/timestamp.js';
import { drainRelayCommand } from './node-relays.js';
import type { RelayDeps } from './relay-deps.js';
import type { RelayDrainRecord } from './relay-drain.js';
import { type RelaySeen, relayView } from './relay-view.js';
import { relaySeenBy } from './relays-of.js';

/**
 * Has every node send a relay no new sessions, or send some again. It is written down first: a node that starts later takes note of it, and so does one that did not answer once it is asked
 * again.
 * @throws ResourceNotFoundError, OwnerUnreachableError where a node that lives does not answer
 */
export async function drainRelay(
  account: Account,
  { relayId, drained }: { readonly relayId: string; readonly drained: boolean },
  deps: RelayDeps,
): Promise<Schema<'Relay'>> {
  const seen = await relaySeenBy(account, relayId, deps);
  const { address } = seen[0].health;
  const drain = drained ? await noted({ id: relayId, accountId: account.id, address }, deps) : undefined;
  if (!drained) await forgotten(relayId, deps);
  const told = await Promise.allSettled(
    seen.map(async ({ nodeId, health }): Promise<RelaySeen> => {
      const now = await deps.commands.send(nodeId, { type: drainRelayCommand, request: { address, drained } });
      return { nodeId, health: (now as RelayHealth | null) ?? health };
    }),
  );
  const now = told.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
  return relayView(now as unknown as typeof seen, drain);
}

/** Writes it down once: asked again, it keeps its beginning. */
async function noted(
  what: Pick<RelayDrainRecord, 'id' | 'accountId' | 'address'>,
  { relayDrains, clock }: RelayDeps,
): Promise<RelayDrainRecord> {
  const before = await relayDrains.acrossAccounts.get(what.id);
  if (before) return before;
  const now = timestamp(clock);
  const record: RelayDrainRecord = { ...what, revision: 1, createdAt: now, updatedAt: now };
  try {
    await relayDrains.insert(record);
    return record;
  } catch (error) {
    if (!(error instanceof DuplicateRecordError)) throw error;
    return (await relayDrains.acrossAccounts.get(what.id)) ?? record;
  }
}

async function forgotten(relayId: string, { relayDrains }: RelayDeps): Promise<void> {
  const before = await relayDrains.acrossAccounts.get(relayId);
  if (before) await relayDrains.remove(before.accountId, relayId);
}
