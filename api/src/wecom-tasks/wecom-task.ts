import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** A WeCom member is to add a customer on WeChat (SOFTIN-19, SOFTOUT-17). */
export interface WecomTask extends TenantRecord {
  readonly member: string;
  /** The agent who asked for it; undefined: a key did. */
  readonly agentId?: string;
  /** E.164; not shown. */
  readonly number: string;
  readonly contactId?: string;
  readonly note: string;
  readonly status: 'pending' | 'sent' | 'failed';
  readonly error?: string;
}

export type WecomTaskStore = TenantCollection<WecomTask>;

export const wecomTaskCollection: CollectionDefinition<WecomTask> = {
  name: 'wecomTasks',
  indexes: [['status'], ['contactId'], ['agentId']],
};
