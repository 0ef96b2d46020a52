import type { CollectionDefinition, TenantCollection, TenantRecord } from '../store/tenant-collection.js';

/** A request that changed something, or was refused. Its id is the request's. Never holds bodies or secrets; never changed, and removed only with age. */
export interface AuditEntry extends TenantRecord {
  readonly keyId: string;
  readonly operation: string;
  readonly resourceId: string | null;
  readonly outcome: 'done' | 'refused' | 'failed';
  readonly status: number;
  readonly code: string | null;
}

/** Append-only: nothing replaces or removes. */
export type AuditStore = Pick<TenantCollection<AuditEntry>, 'insertMissing' | 'list'>;

export const auditCollection: CollectionDefinition<AuditEntry> = {
  name: 'audit-entries',
  indexes: [['keyId'], ['resourceId'], ['operation']],
  sharedIndexes: [['createdAt']],
};
