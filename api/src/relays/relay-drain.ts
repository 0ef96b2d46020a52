import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** A relay that takes no new sessions, on any node, until it is told otherwise. `id` is the relay's, `createdAt` when that began. */
export interface RelayDrainRecord extends TenantRecord {
  /** `host:port` of its control. */
  readonly address: string;
}

export type RelayDrainStore = TenantCollection<RelayDrainRecord>;

export const relayDrainCollection: CollectionDefinition<RelayDrainRecord> = { name: 'relay-drains' };
