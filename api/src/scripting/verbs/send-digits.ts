import { proceed } from '../outcome.js';
import type { Verb } from '../script-context.js';

export const sendDigits: Verb<'sendDigits'> = async (verb, call, context) => {
  await call.answer();
  await call.sendDigits(verb.digits, { signal: context.signal });
  return proceed();
};
