import type { WorkerFeatures } from './features.js';

/** Closes calls whose owner died. */
export function expireLostCalls(features: Pick<WorkerFeatures, 'expireLostCalls'>) {
  return async (): Promise<void> => {
    await features.expireLostCalls();
  };
}
