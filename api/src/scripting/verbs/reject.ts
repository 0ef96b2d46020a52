import { end } from '../outcome.js';
import type { Verb } from '../script-context.js';

/** SIP statuses of the two reasons: 603 Decline (RFC 3261 21.6.2) and 486 Busy Here (21.4.24). */
const statuses = { rejected: 603, busy: 486 } as const;

export const reject: Verb<'reject'> = async (verb, call) => {
  if (call.direction === 'inbound' && call.status === 'ringing') call.reject(verb.status ?? statuses[verb.reason]);
  return end();
};
