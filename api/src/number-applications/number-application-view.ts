import type { Schema } from '@hookswitch/openapi/operations';
import type { NumberApplication } from './number-application.js';

/** As users see it. */
export function numberApplicationView(application: NumberApplication): Schema<'NumberApplication'> {
  return {
    id: application.id,
    accountId: application.accountId,
    kind: application.kind,
    area: application.area,
    usage: application.usage,
    status: application.status,
    numberId: application.numberId ?? null,
    reason: application.reason ?? null,
    provider: application.provider,
    createdAt: application.createdAt,
    updatedAt: application.updatedAt,
    revision: application.revision,
  };
}
