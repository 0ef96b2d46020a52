import type { Schema } from '@hookswitch/openapi/operations';
import { timestamp } from '../store/timestamp.js';
import type { Application } from './application.js';
import type { ApplicationDeps } from './application-deps.js';

/** Makes an application. It signs with the account's secret until it is given one of its own. */
export async function createApplication(
  { applications, clock, newId }: ApplicationDeps,
  accountId: string,
  request: Schema<'CreateApplicationRequest'>,
): Promise<Application> {
  const now = timestamp(clock);
  const application: Application = {
    id: newId('AP'),
    accountId,
    name: request.name,
    scriptUrl: request.scriptUrl,
    ...(request.fallbackUrl && { fallbackUrl: request.fallbackUrl }),
    ...(request.statusCallbackUrl && { statusCallbackUrl: request.statusCallbackUrl }),
    ...(request.cdrPushUrl && { cdrPushUrl: request.cdrPushUrl }),
    signingSecrets: [],
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await applications.insert(application);
  return application;
}
