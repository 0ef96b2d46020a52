import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** Numbers that serve one purpose. Numbers name their group. */
export interface NumberGroup extends TenantRecord {
  readonly name: string;
  readonly description: string;
}

export type NumberGroupStore = TenantCollection<NumberGroup>;

export const numberGroupCollection: CollectionDefinition<NumberGroup> = {
  name: 'numberGroups',
  unique: [{ name: 'name', fields: ['name'], within: 'account' }],
};
