import type { Clock } from '@hookswitch/kernel/clock';

/** Now, as stored and shown: RFC 3339, UTC, milliseconds. Such texts sort by time. */
export function timestamp(clock: Clock, offsetMs = 0): string {
  return new Date(clock.now() + offsetMs).toISOString();
}

/** A time as users write it (RFC 3339, any offset), as stored: UTC with milliseconds, so that it compares as text. A leap second is the second after it. */
export function asTimestamp(text: string): string {
  const ms = Date.parse(text.replace(/:60(?=[.,Zz+-])/, ':59'));
  if (Number.isNaN(ms)) return text;
  return new Date(/:60[.,Zz+-]/.test(text) ? Math.floor(ms / 1000) * 1000 + 1000 : ms).toISOString();
}
