export { type AuditEntry, type AuditStore, auditCollection } from './audit-entry.js';
export { type AuditedRequest, AuditLog, resourceIdOf } from './audit-log.js';
export { auditOperations } from './operations/index.js';
