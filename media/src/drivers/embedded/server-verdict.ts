import type { SessionEnded } from '../../sip/sip-event.js';
import { silenceMs } from './server-locator.js';

/**
 * How long a server that ended an INVITE of ours should be tried last, milliseconds; undefined where it served. It said nothing or could not be reached, or it
 * asked for time (503 with Retry-After, RFC 3261 21.5.4). `heard`: something came back before.
 */
export function avoidanceOf({ why, status, response }: SessionEnded, heard: boolean): number | undefined {
  if ((why === 'timeout' || why === 'unreachable') && !heard) return silenceMs;
  const seconds = status === 503 ? response?.numberHeader('retry-after') : undefined;
  return seconds === undefined ? undefined : seconds * 1000;
}
