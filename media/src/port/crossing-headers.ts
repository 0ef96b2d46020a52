import type { Headers } from './live-call.js';

const crosses = /^(x-[a-z0-9-]{1,60}|user-to-user|call-info|alert-info)$/i;

/**
 * Of the headers asked for, those that may cross the platform: X-… and User-to-User (RFC 7433), and what makes a phone answer by itself (Call-Info, Alert-Info: RFC
 * 3261 20.9 and 20.4); without line breaks.
 */
export function crossingHeaders(headers: Headers): Headers {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => crosses.test(name) && !/[\r\n]/.test(value)),
  );
}
