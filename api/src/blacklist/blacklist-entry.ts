import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** A number whose calls are refused before anything is heard. */
export interface BlacklistEntry extends TenantRecord {
  /** E.164. */
  readonly number: string;
  /** Numbers of the account that it may not call; undefined: none of them. */
  readonly numberIds?: readonly string[];
  readonly reason: string;
  /** The agent who added it. */
  readonly addedBy?: string;
  /** The contact it was added from. */
  readonly contactId?: string;
}

export type BlacklistEntryStore = TenantCollection<BlacklistEntry>;

export const blacklistEntryCollection: CollectionDefinition<BlacklistEntry> = {
  name: 'blacklist',
  unique: [{ name: 'number', fields: ['number'], within: 'account' }],
};
