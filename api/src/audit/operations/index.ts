import type { OperationHandlers } from '../../operation/handler.js';
import type { AuditStore } from '../audit-entry.js';
import { listAuditEntries } from './list-audit-entries.js';

/** The HTTP face of the audit log. */
export function auditOperations(deps: { audit: AuditStore }) {
  return { listAuditEntries: listAuditEntries(deps) } satisfies Partial<OperationHandlers>;
}
