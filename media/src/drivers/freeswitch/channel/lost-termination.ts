import type { Termination } from '../../../port/termination.js';

/**
 * How an answered call ended that was gone when we could look again. Where the switch was restarted it took its calls with it; else somebody hung up, and it was not
 * told to us.
 */
export function lostTermination(restarted: boolean): Termination {
  return restarted
    ? { result: 'completed', by: 'system', reason: 'media-lost' }
    : { result: 'completed', by: 'remote', reason: 'hangup' };
}
