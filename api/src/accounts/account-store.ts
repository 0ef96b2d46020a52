import type { CollectionDefinition, TenantCollection } from '../store/tenant-collection.js';
import type { Account } from './account.js';

/** Accounts, each owned by its parent. */
export type AccountStore = TenantCollection<Account>;

export const accountCollection: CollectionDefinition<Account> = {
  name: 'accounts',
  indexes: [['status']],
};
