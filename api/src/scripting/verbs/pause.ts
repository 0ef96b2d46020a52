import { pause as wait } from '@hookswitch/kernel/clock';
import { proceed } from '../outcome.js';
import type { Verb } from '../script-context.js';

/** As with Twilio, a pause before the answer lets the caller hear ringing. */
export const pause: Verb<'pause'> = async (verb, call, context) => {
  if (call.direction === 'inbound') call.ring();
  await wait(context.clock, verb.length * 1000, context.signal);
  return proceed();
};
