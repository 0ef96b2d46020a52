import type { Clock } from '@hookswitch/kernel/clock';

/** Now, as stored and shown: RFC 3339, UTC, milliseconds. Such texts sort by time. */
export function timestamp(clock: Clock, offsetMs = 0): string {
  return new Date(clock.now() + offsetMs).toISOString();
}
