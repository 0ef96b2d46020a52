import type { Headers } from './live-call.js';

const crosses = /^(x-[a-z0-9-]{1,60}|user-to-user)$/i;

/** Of the headers asked for, those that may cross the platform: X-… and User-to-User (RFC 7433), without line breaks. */
export function crossingHeaders(headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => crosses.test(name) && !/[\r\n]/.test(value)),
  );
}
