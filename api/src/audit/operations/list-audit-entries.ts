import type { Schema } from '@hookswitch/openapi/operations';
import type { OperationHandler } from '../../operation/handler.js';
import { asTimestamp } from '../../store/timestamp.js';
import type { AuditEntry, AuditStore } from '../audit-entry.js';

export function listAuditEntries({ audit }: { audit: AuditStore }): OperationHandler<'listAuditEntries'> {
  return async ({ query }, context) => {
    const { limit, cursor, createdFrom, createdBefore, ...equal } = query;
    const createdAt = {
      ...(createdFrom !== undefined && { gte: asTimestamp(createdFrom) }),
      ...(createdBefore !== undefined && { lt: asTimestamp(createdBefore) }),
    };
    const where = { ...equal, ...(Object.keys(createdAt).length > 0 && { createdAt }) };
    const page = await audit.list(context.account.id, { limit: limit ?? 50, cursor, where });
    return { status: 200, body: { items: page.items.map(auditEntryView), nextCursor: page.nextCursor } };
  };
}

function auditEntryView({ revision: _, updatedAt: __, ...shown }: AuditEntry): Schema<'AuditEntry'> {
  return shown;
}
