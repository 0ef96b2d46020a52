import type { NumberApplication } from './number-application.js';

/**
 * Whoever can get numbers: a carrier's or a reseller's own system. It is told of an application and decides through the API, days later as it may be.
 * Rejects where it could not be told.
 */
export interface NumberProvider {
  tell(application: NumberApplication): Promise<void>;
}
