import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** Somebody wants to be called back. Times are RFC 3339. */
export interface CallbackRequest extends TenantRecord {
  /** E.164. */
  readonly number: string;
  /** What stands for the number where numbers are mapped. */
  readonly protectedNumber?: string;
  /** Whose agents are to call. */
  readonly skillGroupId: string;
  readonly note: string;
  /** In which it was asked for. */
  readonly contactId?: string;
  readonly status: 'open' | 'taken' | 'done';
  /** Who took it. */
  readonly agentId?: string;
  readonly takenAt?: string;
  /** Of the last call back. */
  readonly callContactId?: string;
  readonly closedAt?: string;
  readonly closingNote?: string;
}

/** A request as it is made. */
export interface NewCallbackRequest {
  readonly accountId: string;
  readonly number: string;
  readonly skillGroupId: string;
  readonly note?: string;
  readonly contactId?: string;
}

export type CallbackRequestStore = TenantCollection<CallbackRequest>;

export const callbackRequestCollection: CollectionDefinition<CallbackRequest> = {
  name: 'callbackRequests',
  indexes: [['status'], ['skillGroupId'], ['agentId'], ['contactId']],
};
