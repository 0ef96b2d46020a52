import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/**
 * A request for a number that the account does not own yet (LINE-02).
 *
 *   pending ──approve──► approved        pending ──reject──► rejected
 */
export interface NumberApplication extends TenantRecord {
  readonly kind: 'landline' | 'mobile' | 'tollFree';
  readonly area: string;
  readonly usage: string;
  readonly status: 'pending' | 'approved' | 'rejected';
  /** The number that came of it (PN…). */
  readonly numberId?: string;
  /** Why it was rejected. */
  readonly reason?: string;
  /** Whether the number provider was told. */
  readonly provider: 'none' | 'told' | 'failed';
}

export type NumberApplicationStore = TenantCollection<NumberApplication>;

export const numberApplicationCollection: CollectionDefinition<NumberApplication> = {
  name: 'numberApplications',
  indexes: [['status']],
};
