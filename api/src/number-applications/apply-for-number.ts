import type { Schema } from '@hookswitch/openapi/operations';
import { timestamp } from '../store/timestamp.js';
import type { NumberApplication } from './number-application.js';
import type { NumberApplicationDeps } from './number-application-deps.js';

/** Keeps the application and tells the provider, if there is one. One that cannot be told leaves the application as it is, marked so. */
export async function applyForNumber(
  { numberApplications, numberProvider, clock, newId, logger }: NumberApplicationDeps,
  accountId: string,
  { kind, area, usage }: Schema<'CreateNumberApplicationRequest'>,
): Promise<NumberApplication> {
  const now = timestamp(clock);
  const application: NumberApplication = {
    id: newId('NA'),
    accountId,
    kind,
    area,
    usage,
    status: 'pending',
    provider: 'none',
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await numberApplications.insert(application);
  if (!numberProvider) return application;
  const provider = await numberProvider.tell(application).then(
    () => 'told' as const,
    (error: unknown) => {
      logger.warn({ err: error, numberApplicationId: application.id }, 'the number provider could not be told');
      return 'failed' as const;
    },
  );
  return numberApplications.replace({ ...application, provider });
}
