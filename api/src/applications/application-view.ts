import type { Schema } from '@hookswitch/openapi/operations';
import type { Application } from './application.js';

/** An application as users see it: without its secrets. */
export function applicationView(application: Application): Schema<'Application'> {
  return {
    id: application.id,
    accountId: application.accountId,
    name: application.name,
    scriptUrl: application.scriptUrl,
    fallbackUrl: application.fallbackUrl ?? null,
    statusCallbackUrl: application.statusCallbackUrl ?? null,
    cdrPushUrl: application.cdrPushUrl ?? null,
    hasSigningSecret: application.signingSecrets.length > 0,
    createdAt: application.createdAt,
    updatedAt: application.updatedAt,
    revision: application.revision,
  };
}
