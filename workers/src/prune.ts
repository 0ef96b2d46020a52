import type { Logger } from '@hookswitch/kernel/logger';
import type { WorkerFeatures } from './features.js';

/** Removes what is kept for a time only; one part that fails does not keep the others. */
export function prune(features: Pick<WorkerFeatures, 'prune'>, logger: Logger) {
  return async (): Promise<void> => {
    for (const [what, run] of Object.entries(features.prune)) {
      try {
        await run();
      } catch (error) {
        logger.warn({ err: error, what }, 'old records were not removed; the next run tries again');
      }
    }
  };
}
