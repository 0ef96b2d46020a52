export { type AuditEntry, type AuditStore, auditCollection } from './audit-entry.js';
export { type AuditedRequest, AuditLog, resourceIdOf } from './audit-log.js';
export { auditOperations } from './operations/index.js';
export { pruneAuditLog } from './prune-audit-log.js';
